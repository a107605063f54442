import Domain
import Inbox
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

/// Two schools of one instance: north, which has south.test for a partner, and annex, which has not.
@Suite("Several schools", .timeLimit(.minutes(10)))
struct SchoolsTests {
    private func annex(_ stage: InboxStage) async throws -> (School, Account) {
        let annex = try await stage.instance.addSchool("https://annex.test")
        return (annex, try await stage.instance.addPerson("eve", at: annex))
    }

    @Test("only accounts whose school allows the sender are addressed, told or shown anything")
    func addressees() async throws {
        try await InboxStage.use { stage async throws in
            let (annex, eve) = try await annex(stage)
            let names = [eve.uri.description, stage.cleo.uri.description]
            try await stage.apply(Wire.create("1", by: stage.ben, "Both", to: names), by: stage.ben)
            let post = try #require(try await stage.post("\(stage.ben.account.uri)/notes/1"))
            let addressees = try await stage.instance.database.read { try $0.posts.addressees(of: post.id) }
            #expect(addressees == [stage.cleo.id])
            #expect(try await stage.notices(eve) == [])
            #expect(try await stage.notices(stage.cleo) == [.mention])
            let only = Wire.create("2", by: stage.dora, "Eve", to: [eve.uri.description])
            #expect(try await stage.apply(only, by: stage.dora) == .ignored)
            try await stage.instance.admin.setPartner(
                stage.ben.account.host,
                .approved,
                at: annex,
                by: "test"
            )
            let again = Wire.create("3", by: stage.dora, "Eve", to: [eve.uri.description])
            #expect(try await stage.apply(again, by: stage.dora) == .applied)
        }
    }

    @Test("an Accept counts only while the follower's school allows the host")
    func answers() async throws {
        try await InboxStage.use { stage async throws in
            let (annex, eve) = try await annex(stage)
            let host = stage.ben.account.host
            try await stage.instance.admin.setPartner(host, .approved, at: annex, by: "test")
            let wish = try await stage.instance.publisher.follow(stage.ben.account.id, as: eve.id)
            try await stage.instance.admin.setPartner(host, .ended, at: annex, by: "test")
            let id = JSONValue.string(wish.uri.description)
            func accept(_ name: String) async throws -> ReceivedActivity.State? {
                try await stage.apply(Wire.activity("Accept", name, by: stage.ben, id), by: stage.ben)
            }
            #expect(try await accept("1") == .ignored)
            try await stage.instance.admin.setPartner(host, .approved, at: annex, by: "test")
            let again = try await stage.instance.publisher.follow(stage.ben.account.id, as: eve.id)
            let state = try await stage.apply(
                Wire.activity("Accept", "2", by: stage.ben, .string(again.uri.description)),
                by: stage.ben
            )
            #expect(state == .applied)
        }
    }

    @Test("a boosted post is fetched for the school that allows its host, and is found after a redirect")
    func asking() async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let (annex, eve) = try await annex(stage)
            let far = try FakePeer()
            try await stage.instance.admin.setPartner(
                stage.ben.account.host,
                .approved,
                at: annex,
                by: "test"
            )
            try await stage.instance.admin.setPartner(far.host, .approved, at: annex, by: "test")
            try await stage.instance.addFollow(of: stage.ben.account, by: eve)
            let author = try await stage.instance.addPeer("otto", at: far.origin)
            far.serve("/users/otto/notes/1", Wire.note("1", by: author, "From afar"))
            far.redirect("/@otto/1", to: "/users/otto/notes/1")
            let boost = Wire.activity("Announce", "1", by: stage.ben, .string("\(far.origin)/@otto/1"))
            #expect(try await stage.apply(boost, by: stage.ben) == .applied)
            #expect(try await stage.post("\(author.account.uri)/notes/1") != nil)
            let shown = try await stage.instance.database.read { db in
                try db.homeTimelines.page(of: eve.id, school: annex.id, .init(limit: 9)).map(\.post.body.text)
            }
            #expect(shown == ["From afar"])
        }
    }
}
