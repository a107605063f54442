import Domain
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Outbox

/// Each verb as it leaves: what it says, whom it addresses, and to which inboxes it goes.
@Suite("What is sent")
struct SentActivityTests {
    /// An activity of ada's with its deliveries.
    private struct Sent {
        let document: JSONObject
        /// Without `https://`.
        let inboxes: Set<String>

        var type: String { document["type"]?.string ?? "" }
        var object: JSONObject? { document["object"]?.object }

        func list(_ term: String) -> [String] { document[term]?.asList.compactMap(\.string) ?? [] }
    }

    /// What an act of ada's sends, in order.
    private func sent(_ stage: OutboxStage, _ act: (Publisher) async throws -> Void) async throws -> [Sent] {
        let before = try await all(stage).count
        try await act(stage.instance.publisher)
        return Array(try await all(stage).dropFirst(before))
    }

    private func all(_ stage: OutboxStage) async throws -> [Sent] {
        try await stage.instance.database.read { db in
            try db.run("SELECT id, json FROM outbox_activity ORDER BY id").map { row in
                let id: OutboxActivity.ID = try row["id"]
                let bytes: [UInt8] = try row["json"]
                let rows = try db.run("SELECT inbox FROM delivery WHERE activity_id = \(id)")
                let inboxes = try rows.map { row throws(StorageError) -> URI in try row["inbox"] }
                return Sent(
                    document: try JSONParser.parse(bytes).object ?? [:],
                    inboxes: Set(inboxes.map { String($0.description.dropFirst(8)) })
                )
            }
        }
    }

    /// Checks what holds for all of them, and who gets it.
    private func expect(
        _ sent: Sent?,
        _ type: String,
        to: [String],
        cc: [String] = [],
        at inboxes: Set<String>,
        _ stage: OutboxStage,
        place: SourceLocation = #_sourceLocation
    ) throws {
        let sent = try #require(sent, sourceLocation: place)
        #expect(sent.type == type, sourceLocation: place)
        let id = sent.document["id"]?.string ?? ""
        #expect(id.hasPrefix("https://north.test/ap/activities/"), sourceLocation: place)
        #expect(sent.document["actor"]?.string == "\(stage.ada.uri)", sourceLocation: place)
        #expect(sent.document["@context"] != nil, sourceLocation: place)
        #expect(sent.list("to") == to, sourceLocation: place)
        #expect(sent.list("cc") == cc, sourceLocation: place)
        #expect(sent.inboxes == inboxes, sourceLocation: place)
    }

    private let eves: Set = ["east.test/users/eve/inbox"]
    private let followers: Set = ["south.test/inbox", "west.test/inbox", "rest.test/inbox"]
    private let everybody = "https://www.w3.org/ns/activitystreams#Public"

    @Test("a Follow goes to whom it names alone, and its Undo holds it; to a stranger's server goes neither")
    func follow() async throws {
        try await OutboxStage.use { stage in
            let eve = "\(stage.eve.uri)"
            let follows = try await sent(stage) { _ = try await $0.follow(stage.eve.id, as: stage.ada.id) }
            #expect(follows.count == 1)
            try expect(follows.first, "Follow", to: [eve], at: eves, stage)
            #expect(follows.first?.document["object"]?.string == eve)
            let undone = try await sent(stage) { try await $0.unfollow(stage.eve.id, as: stage.ada.id) }
            #expect(undone.count == 1)
            try expect(undone.first, "Undo", to: [eve], at: eves, stage)
            #expect(undone.first?.object?["id"] == follows.first?.document["id"])
            #expect(undone.first?.object?["type"] == "Follow")
            #expect(undone.first?.object?["object"]?.string == eve)
            let refused = try await sent(stage) { publisher in
                await #expect(throws: OutboxError.notAPartner(stage.mallory.host)) {
                    try await publisher.follow(stage.mallory.id, as: stage.ada.id)
                }
            }
            #expect(refused.isEmpty)
        }
    }

    @Test(
        "an answer to a Follow holds it and goes to who asked: Accept, or Reject, also of one that was accepted"
    )
    func answers() async throws {
        try await OutboxStage.use { stage in
            let (eve, ada) = (stage.eve, stage.ada)
            let follow = Follow(
                id: stage.instance.ids.next(),
                follower: eve.id,
                followed: ada.id,
                uri: try URI("\(eve.uri)/follows/1"),
                state: .pending,
                createdAt: stage.instance.clock.now()
            )
            _ = try await stage.instance.database.write { try $0.follows.insert(follow) }
            for (accepts, type) in [(true, "Accept"), (false, "Reject")] {
                let answers = try await sent(stage) {
                    try await $0.answerFollow(of: eve.id, accepts: accepts, as: ada.id)
                }
                #expect(answers.count == 1)
                try expect(answers.first, type, to: ["\(eve.uri)"], at: eves, stage)
                let object = answers.first?.object
                #expect(object?["id"]?.string == "\(follow.uri)")
                #expect(object?["actor"]?.string == "\(eve.uri)")
                #expect(object?["object"]?.string == "\(ada.uri)")
            }
        }
    }

    @Test("a Like, with an emoji or without, goes to the author alone, and its Undo after it")
    func like() async throws {
        try await OutboxStage.use { stage in
            let (eve, ada) = ("\(stage.eve.uri)", stage.ada.id)
            let post = try await stage.foreignPost(by: stage.eve)
            let like = try await sent(stage) { try await $0.react(.like, to: post.id, as: ada) }
            let emoji = try await sent(stage) { try await $0.react(with: "🦆", to: post.id, as: ada) }
            #expect(like.first?.document["content"] == nil)
            #expect(emoji.first?.document["content"] == "🦆")
            #expect(emoji.first?.document["_misskey_reaction"] == "🦆")
            let again = try await sent(stage) { try await $0.react(.like, to: post.id, as: ada) }
            #expect(again.isEmpty)
            let unlike = try await sent(stage) { try await $0.undo(.like, of: post.id, as: ada) }
            let unreact = try await sent(stage) { try await $0.undoReaction(with: "🦆", to: post.id, as: ada) }
            for (done, undone) in [(like, unlike), (emoji, unreact)] {
                #expect(done.count == 1 && undone.count == 1)
                try expect(done.first, "Like", to: [eve], at: eves, stage)
                #expect(done.first?.document["object"]?.string == "\(post.uri)")
                try expect(undone.first, "Undo", to: [eve], at: eves, stage)
                #expect(undone.first?.object?["id"] == done.first?.document["id"])
                #expect(undone.first?.object?["type"] == "Like")
            }
        }
    }

    @Test(
        "an Announce goes to followers' servers and the author, and its Undo too; of what is for few there is none"
    )
    func announce() async throws {
        try await OutboxStage.use { stage in
            let (ada, all) = (stage.ada, followers.union(eves))
            let (eve, own) = ("\(stage.eve.uri)", "\(try #require(ada.endpoints.followers))")
            let post = try await stage.foreignPost(by: stage.eve)
            let boost = try await sent(stage) { try await $0.react(.boost, to: post.id, as: ada.id) }
            #expect(boost.count == 1)
            try expect(boost.first, "Announce", to: [everybody], cc: [own, eve], at: all, stage)
            #expect(boost.first?.document["object"]?.string == "\(post.uri)")
            let undone = try await sent(stage) { try await $0.undo(.boost, of: post.id, as: ada.id) }
            try expect(undone.first, "Undo", to: [everybody], cc: [own, eve], at: all, stage)
            #expect(undone.first?.object?["type"] == "Announce")
            #expect(undone.first?.object?["id"] == boost.first?.document["id"])
            let direct = try await stage.post("Only @eve@east.test", .direct)
            let refused = try await sent(stage) { publisher in
                await #expect(throws: OutboxError.notBoostable) {
                    try await publisher.react(.boost, to: direct.id, as: ada.id)
                }
            }
            #expect(refused.isEmpty)
        }
    }

    @Test("a Block goes to the blocked account's server with the end of the follow, and its Undo holds it")
    func block() async throws {
        try await OutboxStage.use { stage in
            let (ben, inbox) = ("\(stage.ben.uri)", Set(["south.test/users/ben/inbox"]))
            let blocks = try await sent(stage) { try await $0.block(stage.ben.id, as: stage.ada.id) }
            #expect(blocks.map(\.type) == ["Reject", "Block"])
            try expect(blocks.last, "Block", to: [ben], at: inbox, stage)
            #expect(blocks.last?.document["object"]?.string == ben)
            let undone = try await sent(stage) { try await $0.unblock(stage.ben.id, as: stage.ada.id) }
            #expect(undone.count == 1)
            try expect(undone.first, "Undo", to: [ben], at: inbox, stage)
            #expect(undone.first?.object?["type"] == "Block")
            #expect(undone.first?.object?["id"] == blocks.last?.document["id"])
        }
    }

    @Test("a post goes out in a Create, an edit of it in an Update, and in its Delete is a Tombstone alone")
    func post() async throws {
        try await OutboxStage.use { stage in
            let (ada, eve) = (stage.ada, "\(stage.eve.uri)")
            let own = "\(try #require(ada.endpoints.followers))"
            let all = followers.union(eves)
            var post: Post?
            let create = try await sent(stage) { _ in post = try await stage.post("Dear @eve@east.test") }
            let id = try #require(post).id
            let update = try await sent(stage) {
                _ = try await $0.edit(id, PostDraft(text: "Dearest @eve@east.test"), as: ada.id)
            }
            let delete = try await sent(stage) { try await $0.delete(id, as: ada.id) }
            for (sent, type) in [(create, "Create"), (update, "Update"), (delete, "Delete")] {
                #expect(sent.count == 1)
                try expect(sent.first, type, to: [everybody], cc: [own, eve], at: all, stage)
                #expect(sent.first?.object?["id"]?.string == post.map { "\($0.uri)" })
            }
            #expect(create.first?.object?["type"] == "Note")
            #expect(create.first?.object?["attributedTo"]?.string == "\(ada.uri)")
            #expect(update.first?.object?["content"]?.string?.contains("Dearest") == true)
            #expect(delete.first?.object?["type"] == "Tombstone")
            #expect(delete.first?.object?["content"] == nil)
        }
    }

    @Test(
        "a changed profile goes to followers' servers in an Update, and its end in a Delete that names it by id"
    )
    func actor() async throws {
        try await OutboxStage.use { stage in
            let ada = stage.ada
            let own = "\(try #require(ada.endpoints.followers))"
            let update = try await sent(stage) {
                _ = try await $0.updateProfile(displayName: "Ada L.", as: ada.id)
            }
            #expect(update.count == 1)
            try expect(update.first, "Update", to: [everybody], cc: [own], at: followers, stage)
            #expect(update.first?.object?["id"]?.string == "\(ada.uri)")
            #expect(update.first?.object?["name"] == "Ada L.")
            #expect(update.first?.object?["publicKey"]?.object?["publicKeyPem"]?.string != nil)
            let delete = try await sent(stage) { try await $0.deleteAccount(ada.id) }
            #expect(delete.count == 1)
            try expect(delete.first, "Delete", to: [everybody], cc: [own], at: followers, stage)
            #expect(delete.first?.document["object"]?.string == "\(ada.uri)")
        }
    }

    @Test("a pin is an Add to `featured`, for whom the post is for, and a Remove takes it away")
    func pins() async throws {
        try await OutboxStage.use { stage in
            let ada = stage.ada
            let own = "\(try #require(ada.endpoints.followers))"
            let post = try await stage.post("For those who follow", .followers)
            let add = try await sent(stage) { try await $0.pin(post.id, as: ada.id) }
            let remove = try await sent(stage) { try await $0.unpin(post.id, as: ada.id) }
            for (sent, type) in [(add, "Add"), (remove, "Remove")] {
                #expect(sent.count == 1)
                try expect(sent.first, type, to: [own], at: followers, stage)
                #expect(sent.first?.document["object"]?.string == "\(post.uri)")
                #expect(
                    sent.first?.document["target"]?.string == ada.endpoints.featured.map { "\($0)" }
                )
            }
        }
    }
}
