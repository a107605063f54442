import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("EmojiReact, and Like with an emoji")
struct EmojiReactionTests {
    private func reaction(
        _ type: String,
        _ name: String,
        by peer: TestPeer,
        to post: Post,
        _ content: String?,
        misskey: String? = nil,
        picture: String? = nil
    ) -> JSONObject {
        var activity = Wire.activity(type, name, by: peer, .string(post.uri.description))
        activity["content"] = content.map { .string($0) }
        activity["_misskey_reaction"] = misskey.map { .string($0) }
        if let picture {
            activity["tag"] = [
                ["type": "Emoji", "name": ":owl:", "icon": ["type": "Image", "url": .string(picture)]]
            ]
        }
        return activity
    }

    private func shown(_ stage: InboxStage, _ post: Post) async throws -> [String] {
        try await stage.instance.database.read { db in
            try db.reactions.emojis(of: [post.id], for: nil)[post.id, default: []].map {
                "\($0.emoji.text) \($0.count)"
            }
        }
    }

    private func post(_ stage: InboxStage) async throws -> Post {
        try await stage.instance.publisher.publish(PostDraft(text: "Hello"), as: stage.ada.id)
    }

    @Test(
        "EmojiReact and Misskey's Like are emoji reactions, one an emoji and account; a plain Like stays a like"
    )
    func taken() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await post(stage)
            let (ben, dora) = (stage.ben, stage.dora)
            let picture = "https://south.test/owl.png"
            let activities: [(JSONObject, TestPeer, ReceivedActivity.State)] = [
                (reaction("EmojiReact", "1", by: ben, to: post, "☕"), ben, .applied),
                (reaction("EmojiReact", "2", by: ben, to: post, "☕"), ben, .ignored),
                (reaction("Like", "3", by: dora, to: post, "☕", misskey: "☕"), dora, .applied),
                (
                    reaction("Like", "4", by: dora, to: post, ":owl:", misskey: ":owl:", picture: picture),
                    dora, .applied
                ),
                (reaction("Like", "5", by: ben, to: post, nil), ben, .applied),
                (reaction("Like", "6", by: dora, to: post, "no emoji"), dora, .applied),
            ]
            for (activity, peer, state) in activities {
                #expect(try await stage.apply(activity, by: peer) == state)
            }
            #expect(try await shown(stage, post) == ["☕ 2", ":owl@south.test: 1"])
            let counts = try await stage.instance.database.read { try $0.reactions.counts(of: [post.id]) }
            #expect(counts[post.id]?.likes == 2)
            let notices = try await stage.notices(stage.ada)
            #expect(notices.filter { $0 == .emojiReaction }.count == 2)
            #expect(notices.filter { $0 == .like }.count == 2)
        }
    }

    @Test(
        "an EmojiReact without an emoji, with a picture that nobody can fetch safely, or to a hidden post is not taken"
    )
    func refused() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await post(stage)
            let closed = try await stage.instance.publisher.publish(
                PostDraft(text: "Hello", audience: .school),
                as: stage.ada.id
            )
            let ben = stage.ben
            for (name, text, picture) in [
                ("1", nil, nil), ("2", "two words", nil), ("3", "👍👍", nil), ("4", ":owl:", nil),
                ("5", ":owl:", "http://south.test/owl.png"), ("6", ":owl:", "javascript:alert(1)"),
                ("7", ":wol:", "https://south.test/owl.png"),
            ] as [(String, String?, String?)] {
                let activity = reaction("EmojiReact", name, by: ben, to: post, text, picture: picture)
                #expect(try await stage.apply(activity, by: ben) == .ignored, "\(name)")
            }
            let hidden = reaction("EmojiReact", "8", by: ben, to: closed, "👍")
            #expect(try await stage.apply(hidden, by: ben) == .ignored)
            let good = reaction(
                "EmojiReact",
                "9",
                by: ben,
                to: post,
                ":owl:",
                picture: "https://south.test/owl.png"
            )
            #expect(try await stage.apply(good, by: ben) == .applied)
            #expect(try await shown(stage, post) == [":owl@south.test: 1"])
        }
    }

    @Test("the ninth emoji of an account to one post is not taken")
    func bounded() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await post(stage)
            for (number, emoji) in "🍇🍈🍉🍊🍋🍌🍍🥭🍎".enumerated() {
                let activity = reaction("EmojiReact", "\(number)", by: stage.ben, to: post, String(emoji))
                let expected: ReceivedActivity.State = number < 8 ? .applied : .ignored
                #expect(try await stage.apply(activity, by: stage.ben) == expected)
            }
        }
    }

    @Test(
        "an Undo by whoever answered takes one emoji away, by its id or by what it says; another's Undo does not"
    )
    func undo() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await post(stage)
            let (ben, dora) = (stage.ben, stage.dora)
            let coffee = reaction("EmojiReact", "1", by: ben, to: post, "☕")
            let heart = reaction("EmojiReact", "2", by: ben, to: post, "❤️")
            for activity in [coffee, heart] { try await stage.apply(activity, by: ben) }
            let foreign = Wire.activity("Undo", "1", by: dora, .object(coffee))
            #expect(try await stage.apply(foreign, by: dora) == .ignored)
            let byID = Wire.activity("Undo", "2", by: ben, coffee["id"] ?? nil)
            #expect(try await stage.apply(byID, by: ben) == .applied)
            #expect(try await shown(stage, post) == ["❤️ 1"])
            #expect(try await stage.notices(stage.ada) == [.emojiReaction])
            var bare = heart
            bare["id"] = nil
            #expect(
                try await stage.apply(Wire.activity("Undo", "3", by: ben, .object(bare)), by: ben) == .applied
            )
            #expect(try await shown(stage, post) == [])
            #expect(try await stage.notices(stage.ada) == [])
        }
    }

    @Test(
        "ours go out as a Like with content; a picture is taken from whoever used it first; each once, at most eight"
    )
    func sent() async throws {
        try await InboxStage.use { stage async throws in
            let publisher = stage.instance.publisher
            try await stage.apply(Wire.create("1", by: stage.ben, "Hello"), by: stage.ben)
            let post = try #require(try await stage.post("\(stage.ben.account.uri)/notes/1"))
            await #expect(throws: OutboxError.self) {
                try await publisher.react(with: ":owl@south.test:", to: post.id, as: stage.ada.id)
            }
            let owl = reaction(
                "EmojiReact",
                "1",
                by: stage.dora,
                to: post,
                ":owl:",
                picture: "https://south.test/o.png"
            )
            try await stage.apply(owl, by: stage.dora)
            try await publisher.react(with: ":owl@south.test:", to: post.id, as: stage.ada.id)
            let like = try await stage.lastSent("Like")
            #expect(like?["content"] == ":owl:" && like?["_misskey_reaction"] == ":owl:")
            let tag = like?["tag"]?.asList.first?.object
            #expect(tag?["icon"]?.object?["url"] == "https://south.test/o.png")
            for emoji in "🍇🍈🍉🍊🍋🍌🍍" {
                try await publisher.react(with: String(emoji), to: post.id, as: stage.ada.id)
            }
            try await publisher.react(with: "🍇", to: post.id, as: stage.ada.id)
            await #expect(throws: OutboxError.self) {
                try await publisher.react(with: "🍎", to: post.id, as: stage.ada.id)
            }
            #expect(try await stage.sent().filter { $0 == "Like" }.count == 8)
            try await publisher.undoReaction(with: "🍇", to: post.id, as: stage.ada.id)
            #expect(try await stage.lastSent("Undo")?["object"]?.object?["type"] == "Like")
            #expect(try await shown(stage, post).first == ":owl@south.test: 2")
            #expect(try await shown(stage, post).count == 7)
        }
    }
}
