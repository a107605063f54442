import Domain
import HTTPSignatures
import Inbox
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Receiving activities")
struct ReceivingTests {
    @Test("a partner's signed activity is durable when it is accepted, and a repetition changes nothing")
    func accepted() async throws {
        try await InboxStage.use { stage async throws in
            let create = Wire.create("1", by: stage.ben, "Hello")
            #expect(try await stage.send(create, by: stage.ben) == .accepted)
            #expect(try await stage.count("received_activity") == 1)
            #expect(try await stage.send(create, by: stage.ben) == .duplicate)
            #expect(try await stage.count("received_activity") == 1)
            try await stage.work()
            #expect(try await stage.send(create, by: stage.ben) == .duplicate)
            try await stage.work()
            #expect(try await stage.home(stage.ada) == ["Hello"])
        }
    }

    @Test(
        "what is not well-formed is refused and leaves no row",
        arguments: [
            "", "{", "[]", "7", #"{"type":"Create"}"#, #"{"id":"https://south.test/1","type":"Create"}"#,
            #"{"id":7,"type":"Create","actor":"https://south.test/users/ben"}"#,
            #"{"id":"https://south.test/1","type":"Create","actor":"https://south.test/users/ben#x"}"#,
            #"{"id":"urn:x","type":"Create","actor":"https://south.test/users/ben"}"#,
            #"{"id":"https://south.test/1","id":"https://south.test/2","type":"Create","actor":"https://south.test/users/ben"}"#,
            #"{"@graph":[],"id":"https://south.test/1","type":"Create","actor":"https://south.test/users/ben"}"#,
        ]
    )
    func malformed(_ body: String) async throws {
        try await InboxStage.use { stage async throws in
            #expect(
                try await stage.send(Array(body.utf8), signedBy: stage.ben.signer) == .refused(.malformed)
            )
            #expect(try await stage.count("received_activity") == 0)
        }
    }

    @Test(
        "SIG-03: without a signature, or with somebody else's, nothing is taken; with the actor's own it is"
    )
    func signatures() async throws {
        try await InboxStage.use { stage async throws in
            let create = Wire.create("1", by: stage.ben, "Hello")
            let body = JSONWriter.write(.object(create))
            #expect(try await stage.send(body, signedBy: nil) == .refused(.badSignature))
            #expect(try await stage.send(body, signedBy: stage.mallory.signer) == .refused(.notSignedByActor))
            #expect(try await stage.send(body, signedBy: stage.dora.signer) == .refused(.notSignedByActor))
            let other = BodyDigest(of: JSONWriter.write(.object(Wire.create("2", by: stage.ben, "Changed"))))
            let receipt = try await stage.send(body, signedBy: stage.ben.signer) { fields in
                fields = fields.map { $0.name.lowercased() == "digest" ? ($0.name, other.digest) : $0 }
            }
            #expect(receipt == .refused(.badSignature))
            #expect(try await stage.count("received_activity") == 0)
            #expect(try await stage.send(body, signedBy: stage.ben.signer) == .accepted)
        }
    }

    @Test("SIG-43: a proof inside of a document (FEP-8b32) lends it no trust; the actor's own signature does")
    func proofs() async throws {
        try await InboxStage.use { stage async throws in
            var create = Wire.create("1", by: stage.ben, "Hello")
            let proof: JSONValue = [
                "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022",
                "proofPurpose": "assertionMethod",
                "verificationMethod": .string("\(stage.ben.account.uri)#ed25519-key"),
                "created": "2026-01-01T00:00:00Z",
                "proofValue":
                    "z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2",
            ]
            for proofs in [proof, .array([proof, proof])] {
                create["proof"] = proofs
                let body = JSONWriter.write(.object(create))
                #expect(try await stage.send(body, signedBy: nil) == .refused(.badSignature))
                #expect(
                    try await stage.send(body, signedBy: stage.dora.signer) == .refused(.notSignedByActor)
                )
            }
            #expect(try await stage.count("received_activity") == 0)
            let body = JSONWriter.write(.object(create))
            #expect(try await stage.send(body, signedBy: stage.ben.signer) == .accepted)
        }
    }

    @Test("a stale signature is refused, a fresh one of the same activity is taken")
    func stale() async throws {
        try await InboxStage.use { stage async throws in
            let body = JSONWriter.write(.object(Wire.create("1", by: stage.ben, "Hello")))
            var old: [(name: String, value: String)] = []
            _ = try await stage.send(Array("{}".utf8), signedBy: nil)
            stage.instance.clock.advance(by: .hours(-13))
            _ = try await stage.send(body, signedBy: stage.ben.signer) { fields in
                old = fields
                fields = []
            }
            stage.instance.clock.advance(by: .hours(13))
            #expect(try await stage.send(body, signedBy: nil) { $0 = old } == .refused(.badSignature))
            #expect(try await stage.send(body, signedBy: stage.ben.signer) == .accepted)
        }
    }

    @Test(
        "a host that is no partner is refused, without a row; so is one that is ended, blocked or below a blocked one"
    )
    func admission() async throws {
        try await InboxStage.use { stage async throws in
            let create = Wire.create("1", by: stage.mallory, "Hello")
            #expect(try await stage.send(create, by: stage.mallory) == .refused(.hostNotAllowed))
            #expect(try await stage.count("received_activity") == 0)
            let south = try Host("south.test")
            for (state, expected) in [
                (Partner.State.paused, Receipt.tryAgain(.hostPaused, after: .hours(1))),
                (.ended, .refused(.hostNotAllowed)), (.blocked, .refused(.hostNotAllowed)),
                (.approved, .accepted),
            ] {
                try await stage.instance.admin.setPartner(south, state, at: stage.school, by: "test")
                let receipt = try await stage.send(Wire.create("\(state)", by: stage.ben, "x"), by: stage.ben)
                #expect(receipt == expected)
            }
            try await stage.instance.admin.setPartner(
                try Host("test"),
                .blocked,
                at: stage.school,
                by: "test"
            )
            let below = try await stage.send(Wire.create("below", by: stage.ben, "x"), by: stage.ben)
            #expect(below == .refused(.hostNotAllowed))
        }
    }

    @Test("ORI-25, ORI-08: the activity's id must be on its actor's host, and neither on ours")
    func origins() async throws {
        try await InboxStage.use { stage async throws in
            var foreign = Wire.create("1", by: stage.ben, "x")
            foreign["id"] = "https://other.test/activities/1"
            #expect(try await stage.send(foreign, by: stage.ben) == .refused(.foreignActivityID))
            var ours = Wire.create("1", by: stage.ben, "x")
            ours["id"] = "https://north.test/ap/activities/1"
            ours["actor"] = .string(stage.ada.uri.description)
            #expect(try await stage.send(ours, by: stage.ben) == .refused(.ownOrigin))
        }
    }

    @Test(
        "ACT-29: a verb that is not known is taken and has no effect",
        arguments: [
            JSONValue.null, "Zap", ["Zap", "Zip"], .string(String(repeating: "x", count: 1_024)),
        ]
    )
    func unknownVerb(_ type: JSONValue) async throws {
        try await InboxStage.use { stage async throws in
            var activity = Wire.create("1", by: stage.ben, "x")
            activity["type"] = type
            #expect(try await stage.apply(activity, by: stage.ben) == .ignored)
            #expect(try await stage.count("post") == 0)
        }
    }

    @Test("ACT-32: who is gone stays gone: a new activity, or a new document under the same id, is ignored")
    func gone() async throws {
        try await InboxStage.use { stage async throws in
            let ben = stage.ben.account.uri
            let delete = Wire.activity("Delete", "1", by: stage.ben, .string(ben.description))
            try await stage.apply(Wire.create("1", by: stage.ben, "Hello"), by: stage.ben)
            _ = try await stage.send(Wire.create("late", by: stage.ben, "Late"), by: stage.ben)
            #expect(try await stage.apply(delete, by: stage.ben) == .applied)
            #expect(try await stage.home(stage.ada) == [])
            // Its key is gone with it, and its host cannot be asked here: nothing of it can be verified any more.
            let receipt = try await stage.send(Wire.create("2", by: stage.ben, "Again"), by: stage.ben)
            #expect(receipt == .tryAgain(.keyUnavailable, after: .minutes(5)))
            #expect(try await stage.count("received_activity") == 3)
            let known = try await stage.instance.database.read { try $0.accounts.find(uri: ben) }
            #expect(known?.goneAt != nil)
        }
    }
}
