import Domain
import Inbox
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Follow, Accept, Reject, Like, Announce and Undo")
struct FollowActivityTests {
    private func follow(_ stage: InboxStage, _ follower: Account, _ followed: Account) async throws -> Follow?
    {
        try await stage.instance.database.read {
            try $0.follows.find(follower: follower.id, followed: followed.id)
        }
    }

    @Test("a Follow of an open account is accepted, and the Accept is sent")
    func accepted() async throws {
        try await InboxStage.use { stage async throws in
            let follow = Wire.activity("Follow", "1", by: stage.ben, .string(stage.ada.uri.description))
            #expect(try await stage.apply(follow, by: stage.ben) == .applied)
            #expect(try await self.follow(stage, stage.ben.account, stage.ada)?.state == .accepted)
            #expect(try await stage.sent() == ["Accept"])
            #expect(try await stage.notices(stage.ada) == [.follow])
        }
    }

    @Test("ACT-13: a Follow of a locked account waits for its yes")
    func locked() async throws {
        try await InboxStage.use { stage async throws in
            _ = try await stage.instance.publisher.updateProfile(approvesFollowers: true, as: stage.ada.id)
            let follow = Wire.activity("Follow", "1", by: stage.ben, .string(stage.ada.uri.description))
            try await stage.apply(follow, by: stage.ben)
            #expect(try await self.follow(stage, stage.ben.account, stage.ada)?.state == .pending)
            #expect(try await stage.sent() == [])
            try await stage.instance.publisher.answerFollow(
                of: stage.ben.account.id,
                accepts: true,
                as: stage.ada.id
            )
            #expect(try await self.follow(stage, stage.ben.account, stage.ada)?.state == .accepted)
            #expect(try await stage.sent() == ["Accept"])
        }
    }

    @Test("ACT-10, ACT-11, ACT-12: only the followed account answers, and only a follow that we sent")
    func answers() async throws {
        try await InboxStage.use { stage async throws in
            let wish = try await stage.instance.publisher.follow(stage.dora.account.id, as: stage.cleo.id)
            let forged: JSONValue = [
                "id": "https://north.test/ap/activities/1", "type": "Follow",
                "actor": .string(stage.ada.uri.description),
                "object": .string(stage.dora.account.uri.description),
            ]
            let id = JSONValue.string(wish.uri.description)
            #expect(
                try await stage.apply(Wire.activity("Accept", "1", by: stage.ben, id), by: stage.ben)
                    == .ignored
            )
            #expect(
                try await stage.apply(Wire.activity("Reject", "1", by: stage.ben, id), by: stage.ben)
                    == .ignored
            )
            #expect(
                try await stage.apply(Wire.activity("Accept", "2", by: stage.dora, forged), by: stage.dora)
                    == .ignored
            )
            #expect(try await follow(stage, stage.cleo, stage.dora.account)?.state == .pending)
            #expect(
                try await stage.apply(Wire.activity("Accept", "3", by: stage.dora, id), by: stage.dora)
                    == .applied
            )
            #expect(try await follow(stage, stage.cleo, stage.dora.account)?.state == .accepted)
            #expect(
                try await stage.apply(Wire.activity("Reject", "4", by: stage.dora, id), by: stage.dora)
                    == .applied
            )
            #expect(try await follow(stage, stage.cleo, stage.dora.account) == nil)
        }
    }

    @Test("ACT-07: nobody undoes what another did; ACT-08: an Undo that overtakes its Follow keeps it away")
    func undo() async throws {
        try await InboxStage.use { stage async throws in
            let ada = JSONValue.string(stage.ada.uri.description)
            let wish = Wire.activity("Follow", "1", by: stage.ben, ada)
            try await stage.apply(wish, by: stage.ben)
            #expect(
                try await stage.apply(
                    Wire.activity("Undo", "1", by: stage.dora, .object(wish)),
                    by: stage.dora
                ) == .ignored
            )
            #expect(try await follow(stage, stage.ben.account, stage.ada) != nil)
            #expect(
                try await stage.apply(Wire.activity("Undo", "2", by: stage.ben, .object(wish)), by: stage.ben)
                    == .applied
            )
            #expect(try await follow(stage, stage.ben.account, stage.ada) == nil)
            let late = Wire.activity("Follow", "late", by: stage.dora, ada)
            try await stage.apply(Wire.activity("Undo", "3", by: stage.dora, .object(late)), by: stage.dora)
            #expect(try await stage.apply(late, by: stage.dora) == .ignored)
            #expect(try await follow(stage, stage.dora.account, stage.ada) == nil)
        }
    }

    @Test(
        "ACT-07, ACT-08: a like or boost is undone by whoever made it, also before it arrives",
        arguments: ["Like", "Announce"]
    )
    func undoneReactions(_ type: String) async throws {
        try await InboxStage.use { stage async throws in
            let post = try await stage.instance.publisher.publish(.init(text: "Open"), as: stage.ada.id)
            let uri = JSONValue.string(post.uri.description)
            let reaction = Wire.activity(type, "1", by: stage.ben, uri)
            #expect(try await stage.apply(reaction, by: stage.ben) == .applied)
            let id = try #require(reaction["id"])
            for object in [id, .object(reaction)] {
                let theft = Wire.activity("Undo", "\(object == id)", by: stage.dora, object)
                #expect(try await stage.apply(theft, by: stage.dora) == .ignored)
            }
            #expect(try await stage.count("reaction") == 1)
            #expect(
                try await stage.apply(Wire.activity("Undo", "1", by: stage.ben, id), by: stage.ben)
                    == .applied
            )
            #expect(try await stage.count("reaction") == 0)
            #expect(try await stage.notices(stage.ada) == [])
            let late = Wire.activity(type, "late", by: stage.dora, uri)
            try await stage.apply(
                Wire.activity("Undo", "late", by: stage.dora, .object(late)),
                by: stage.dora
            )
            #expect(try await stage.apply(late, by: stage.dora) == .ignored)
            #expect(try await stage.count("reaction") == 0)
        }
    }

    @Test("likes and boosts of what their actor may see count once; of the rest they do not (ACT-15, ACT-17)")
    func reactions() async throws {
        try await InboxStage.use { stage async throws in
            let open = try await stage.instance.publisher.publish(.init(text: "Open"), as: stage.ada.id)
            let closed = try await stage.instance.publisher.publish(
                .init(text: "Closed", audience: .school),
                as: stage.ada.id
            )
            for post in [open, closed] {
                for type in ["Like", "Announce"] {
                    for name in ["a", "b"] {
                        let activity = Wire.activity(
                            type,
                            "\(post.id)\(name)",
                            by: stage.ben,
                            .string(post.uri.description)
                        )
                        try await stage.apply(activity, by: stage.ben)
                    }
                }
            }
            let counts = try await stage.instance.database.read {
                try $0.reactions.counts(of: [open.id, closed.id])
            }
            #expect(counts[open.id]?.likes == 1)
            #expect(counts[open.id]?.boosts == 1)
            #expect((counts[closed.id]?.likes ?? 0) == 0)
            #expect((counts[closed.id]?.boosts ?? 0) == 0)
            #expect(
                try await stage.notices(stage.ada).sorted { $0.rawValue < $1.rawValue } == [.like, .boost]
            )
        }
    }

    @Test("one actor's activities have their effect in the order in which they came")
    func order() async throws {
        try await InboxStage.use { stage async throws in
            for number in 1...5 {
                _ = try await stage.send(Wire.create("\(number)", by: stage.ben, "\(number)"), by: stage.ben)
            }
            try await stage.work()
            #expect(try await stage.home(stage.ada) == ["5", "4", "3", "2", "1"])
        }
    }
}
