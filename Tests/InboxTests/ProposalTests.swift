import Domain
import HTTPSignatures
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Proposals of partners")
struct ProposalTests {
    private func states(_ stage: InboxStage) async throws -> [String: Partner.State] {
        let partners = try await stage.instance.database.read { try $0.partners.list(of: stage.school.id) }
        return Dictionary(partners.map { ($0.host.description, $0.state) }) { $1 }
    }

    @Test("a request to follow from a host that is no partner is refused and makes the host a proposal, once")
    func noted() async throws {
        try await InboxStage.use { stage async throws in
            let follow = Wire.activity("Follow", "1", by: stage.mallory, .string(stage.ada.uri.description))
            #expect(try await stage.send(follow, by: stage.mallory) == .refused(.hostNotAllowed))
            #expect(try await states(stage) == ["south.test": .approved, "evil.test": .proposed])
            // Nothing but the host's name is kept, and nothing is exchanged.
            #expect(try await stage.count("received_activity") == 0)
            #expect(try await stage.send(follow, by: stage.mallory) == .refused(.hostNotAllowed))
            #expect(try await stage.count("partner") == 2)
            let host = stage.mallory.account.host
            try await stage.instance.admin.setPartner(host, .approved, at: stage.school, by: "test")
            #expect(try await stage.apply(follow, by: stage.mallory) == .applied)
            for state in [Partner.State.ended, .blocked] {
                try await stage.instance.admin.setPartner(host, state, at: stage.school, by: "test")
                let again = Wire.activity(
                    "Follow",
                    "\(state)",
                    by: stage.mallory,
                    .string(stage.ada.uri.description)
                )
                #expect(try await stage.send(again, by: stage.mallory) == .refused(.hostNotAllowed))
                #expect(try await states(stage)["evil.test"] == state)
            }
        }
    }

    @Test("other verbs, other people, and a signature by another host's key propose nothing")
    func others() async throws {
        try await InboxStage.use { stage async throws in
            let mallory = stage.mallory
            let annex = try await stage.instance.addSchool("https://annex.test")
            let eve = try await stage.instance.addPerson("eve", at: annex)
            let schoolActor = LocalActorURIs(origin: stage.school.origin).schoolActor
            let activities = [
                Wire.activity("Like", "1", by: mallory, .string(stage.ada.uri.description)),
                Wire.create("2", by: mallory, "hello"),
                Wire.activity("Follow", "3", by: mallory, .string("https://north.test/ap/actors/7")),
                Wire.activity("Follow", "4", by: mallory, .string(eve.uri.description)),
                Wire.activity("Follow", "5", by: mallory, .string(schoolActor.description)),
                Wire.activity("Follow", "6", by: mallory, .string(stage.dora.account.uri.description)),
            ]
            for activity in activities {
                #expect(try await stage.send(activity, by: mallory) == .refused(.hostNotAllowed))
            }
            let other = try SigningKey.generateEd25519(keyID: "https://third.test/users/x#main-key")
            let follow = Wire.activity("Follow", "7", by: mallory, .string(stage.ada.uri.description))
            _ = try await stage.send(JSONWriter.write(.object(follow)), signedBy: other)
            _ = try await stage.send(JSONWriter.write(.object(follow)), signedBy: nil)
            #expect(try await states(stage) == ["south.test": .approved])
            // The twin that is noted.
            #expect(try await stage.send(follow, by: mallory) == .refused(.hostNotAllowed))
            #expect(try await states(stage)["evil.test"] == .proposed)
        }
    }
}
