import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Block")
struct BlockActivityTests {
    private func block(_ stage: InboxStage, by peer: TestPeer, of account: Account, _ name: String = "1")
        -> JSONObject
    {
        Wire.activity("Block", name, by: peer, .string(account.uri.description))
    }

    private func stands(_ stage: InboxStage, _ blocker: Account, _ blocked: Account) async throws -> Bool {
        try await stage.instance.database.read {
            try $0.blocks.find(blocker: blocker.id, blocked: blocked.id) != nil
        }
    }

    @Test(
        "ACT-33: a Block ends the follow of one of ours and hides what its actor wrote; the Undo shows it again"
    )
    func taken() async throws {
        try await InboxStage.use { stage async throws in
            let (ada, ben) = (stage.ada, stage.ben)
            try await stage.apply(Wire.create("1", by: ben, "Hello"), by: ben)
            #expect(try await stage.home(ada) == ["Hello"])
            #expect(try await stage.apply(block(stage, by: ben, of: ada), by: ben) == .applied)
            #expect(try await stands(stage, ben.account, ada))
            #expect(try await stage.home(ada) == [])
            let post = try #require(try await stage.post("\(ben.account.uri)/notes/1"))
            let school = stage.school.id
            func sees(_ account: Account) async throws -> Bool {
                try await stage.instance.database.read {
                    try $0.sights.canSee(.account(account.id, school: school), post)
                }
            }
            #expect(try await !sees(ada))
            #expect(try await sees(stage.cleo))
            await #expect(throws: OutboxError.blocked) {
                try await stage.instance.publisher.follow(ben.account.id, as: ada.id)
            }
            await #expect(throws: OutboxError.noSuchPost) {
                try await stage.instance.publisher.react(.like, to: post.id, as: ada.id)
            }
            try await stage.instance.publisher.react(.like, to: post.id, as: stage.cleo.id)
            let undo = Wire.activity("Undo", "1", by: ben, .object(block(stage, by: ben, of: ada)))
            #expect(try await stage.apply(undo, by: ben) == .applied)
            #expect(try await sees(ada))
            _ = try await stage.instance.publisher.follow(ben.account.id, as: ada.id)
        }
    }

    @Test(
        "ACT-07: a Block that was undone before it arrived has no effect; nobody undoes another's; ours are not made from outside"
    )
    func refused() async throws {
        try await InboxStage.use { stage async throws in
            let (ada, ben, dora) = (stage.ada, stage.ben, stage.dora)
            let late = block(stage, by: ben, of: ada)
            try await stage.apply(
                Wire.activity("Undo", "1", by: ben, .string("\(ben.account.uri)/activities/Block-1")),
                by: ben
            )
            #expect(try await stage.apply(late, by: ben) == .ignored)
            #expect(try await !stands(stage, ben.account, ada))
            let standing = block(stage, by: ben, of: ada, "2")
            #expect(try await stage.apply(standing, by: ben) == .applied)
            let foreign = Wire.activity("Undo", "2", by: dora, .object(standing))
            #expect(try await stage.apply(foreign, by: dora) == .ignored)
            #expect(try await stands(stage, ben.account, ada))
            // Of another peer: nothing of ours to block.
            let outside = Wire.activity("Block", "3", by: ben, .string(dora.account.uri.description))
            #expect(try await stage.apply(outside, by: ben) == .ignored)
            // Without the id, by who blocks whom.
            let bare: JSONValue = ["type": "Block", "object": .string(ada.uri.description)]
            #expect(try await stage.apply(Wire.activity("Undo", "3", by: ben, bare), by: ben) == .applied)
            #expect(try await !stands(stage, ben.account, ada))
        }
    }

    @Test("whom one of ours blocks cannot follow, like, boost, answer or mention; others can")
    func kept() async throws {
        try await InboxStage.use { stage async throws in
            let (ada, ben, dora) = (stage.ada, stage.ben, stage.dora)
            let publisher = stage.instance.publisher
            let post = try await publisher.publish(PostDraft(text: "Mine"), as: ada.id)
            try await publisher.block(ben.account.id, as: ada.id)
            #expect(try await stage.sent().sorted() == ["Block", "Undo"])
            let uri = JSONValue.string(post.uri.description)
            for verb in ["Like", "Announce"] {
                #expect(try await stage.apply(Wire.activity(verb, "1", by: ben, uri), by: ben) == .ignored)
                #expect(try await stage.apply(Wire.activity(verb, "1", by: dora, uri), by: dora) == .applied)
            }
            let me = ada.uri.description
            #expect(
                try await stage.apply(Wire.activity("Follow", "1", by: ben, .string(me)), by: ben) == .ignored
            )
            #expect(try await stage.sent().filter { $0 == "Reject" }.count == 1)
            #expect(
                try await stage.apply(Wire.activity("Follow", "1", by: dora, .string(me)), by: dora)
                    == .applied
            )
            var answer = Wire.note("a", by: ben, "But", cc: [me])
            answer["inReplyTo"] = uri
            #expect(
                try await stage.apply(Wire.activity("Create", "a", by: ben, .object(answer)), by: ben)
                    == .ignored
            )
            #expect(try await stage.apply(Wire.create("b", by: dora, "Hi", cc: [me]), by: dora) == .applied)
            let letter = Wire.create("c", by: ben, "Psst", to: [me])
            #expect(try await stage.apply(letter, by: ben, to: ada) == .ignored)
            #expect(
                try await stage.notices(ada).sorted { $0.rawValue < $1.rawValue } == [
                    .like, .follow, .mention, .boost,
                ]
            )
            try await publisher.unblock(ben.account.id, as: ada.id)
            #expect(try await stage.apply(Wire.activity("Like", "2", by: ben, uri), by: ben) == .applied)
            #expect(try await stage.sent().filter { $0 == "Undo" }.count == 2)
        }
    }

    @Test(
        "blocking a follower takes the follow back and tells its server; a direct message between the two is refused"
    )
    func severed() async throws {
        try await InboxStage.use { stage async throws in
            let (ada, ben) = (stage.ada, stage.ben)
            let publisher = stage.instance.publisher
            try await stage.instance.addFollow(of: ada, by: ben.account)
            let direct = PostDraft(text: "@ben@south.test hello", audience: .direct)
            _ = try await publisher.publish(direct, as: ada.id)
            try await publisher.block(ben.account.id, as: ada.id)
            #expect(try await stage.sent().sorted() == ["Block", "Create", "Reject", "Undo"])
            await #expect(throws: OutboxError.blocked) { try await publisher.publish(direct, as: ada.id) }
            _ = try await publisher.publish(PostDraft(text: "about @ben@south.test"), as: ada.id)
            #expect(try await stage.sent().filter { $0 == "Create" }.count == 1)
            await #expect(throws: OutboxError.self) { try await publisher.block(ada.id, as: ada.id) }
        }
    }
}
