import Domain
import Inbox
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Add and Remove")
struct PinActivityTests {
    private func pin(
        _ type: String,
        _ name: String,
        by peer: TestPeer,
        _ note: String,
        target: String? = nil
    ) -> JSONObject {
        var activity = Wire.activity(type, name, by: peer, .string("\(stage(peer))/notes/\(note)"))
        activity["target"] = .string(target ?? "\(peer.account.uri)/featured")
        return activity
    }

    private func stage(_ peer: TestPeer) -> String { peer.account.uri.description }

    private func pinned(_ stage: InboxStage, _ account: Account, for viewer: Viewer? = nil) async throws
        -> [String]
    {
        let viewer = viewer ?? .account(stage.ada.id, school: stage.school.id)
        return try await stage.instance.database.read {
            try $0.profiles.pinned(by: account.id, for: viewer).map(\.body.text)
        }
    }

    @Test("an actor pins and unpins its own posts in its own collection, and nothing else")
    func taken() async throws {
        try await InboxStage.use { stage async throws in
            let (ben, dora) = (stage.ben, stage.dora)
            for name in ["1", "2"] { try await stage.apply(Wire.create(name, by: ben, name), by: ben) }
            #expect(try await stage.apply(pin("Add", "1", by: ben, "1"), by: ben) == .applied)
            #expect(try await stage.apply(pin("Add", "2", by: ben, "2"), by: ben) == .applied)
            #expect(try await stage.apply(pin("Add", "3", by: ben, "2"), by: ben) == .ignored)
            #expect(try await pinned(stage, ben.account) == ["2", "1"])
            // Into another's collection, of another's post, into no collection.
            let theirs = pin("Add", "4", by: ben, "1", target: "\(dora.account.uri)/featured")
            #expect(try await stage.apply(theirs, by: ben) == .ignored)
            var stolen = pin("Remove", "5", by: dora, "1")
            stolen["object"] = .string("\(ben.account.uri)/notes/1")
            #expect(try await stage.apply(stolen, by: dora) == .ignored)
            stolen["type"] = "Add"
            stolen["id"] = .string("\(dora.account.uri)/activities/6")
            #expect(try await stage.apply(stolen, by: dora) == .ignored)
            var lost = pin("Remove", "7", by: ben, "1")
            lost["target"] = nil
            #expect(try await stage.apply(lost, by: ben) == .ignored)
            #expect(try await stage.apply(pin("Remove", "8", by: ben, "1"), by: ben) == .applied)
            #expect(try await pinned(stage, ben.account) == ["2"])
            try await stage.apply(
                Wire.activity("Delete", "2", by: ben, .string("\(ben.account.uri)/notes/2")),
                by: ben
            )
            #expect(try await stage.count("pin") == 0)
        }
    }

    @Test(
        "Add and Remove without an id, as Mastodon sends them, are taken each time; a Like without one is not"
    )
    func withoutID() async throws {
        try await InboxStage.use { stage async throws in
            let ben = stage.ben
            try await stage.apply(Wire.create("1", by: ben, "1"), by: ben)
            for (type, expected) in [("Add", ["1"]), ("Remove", []), ("Add", ["1"])] {
                var activity = pin(type, "", by: ben, "1")
                activity["id"] = nil
                #expect(try await stage.send(activity, by: ben) == .accepted)
                try await stage.work()
                #expect(try await pinned(stage, ben.account) == expected)
            }
            var like = Wire.activity("Like", "1", by: ben, .string("\(ben.account.uri)/notes/1"))
            like["id"] = nil
            #expect(try await stage.send(like, by: ben) == .refused(.malformed))
        }
    }

    @Test("a peer's twenty-first pin is not kept")
    func bounded() async throws {
        try await InboxStage.use { stage async throws in
            let ben = stage.ben
            for number in 1...21 {
                try await stage.apply(Wire.create("\(number)", by: ben, "\(number)"), by: ben)
                let add = pin("Add", "\(number)", by: ben, "\(number)")
                #expect(try await stage.apply(add, by: ben) == (number <= 20 ? .applied : .ignored))
            }
            #expect(try await pinned(stage, ben.account).count == 20)
        }
    }

    @Test(
        "an unknown post of somebody who is followed here is fetched; one that is not for everybody is not kept"
    )
    func fetched() async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let server = try FakePeer()
            try await stage.partner(server)
            let ben = try await stage.instance.addPeer("ben", at: server.origin)
            try await stage.instance.addFollow(of: ben.account, by: stage.ada)
            for (name, to) in [("1", Wire.everybody), ("2", "\(ben.account.uri)/followers")] {
                server.serve("/users/ben/notes/\(name)", Wire.note(name, by: ben, name, to: [to]))
                let add = pin("Add", name, by: ben, name)
                #expect(try await stage.apply(add, by: ben) == (name == "1" ? .applied : .ignored))
            }
            #expect(try await pinned(stage, ben.account) == ["1"])
            #expect(try await stage.home(stage.ada) == [])
        }
    }

    @Test("ours go to followers' servers, at most five, never a direct message or another's post")
    func sent() async throws {
        try await InboxStage.use { stage async throws in
            let publisher = stage.instance.publisher
            try await stage.instance.addFollow(of: stage.ada, by: stage.ben.account)
            var posts: [Post] = []
            for number in 1...6 {
                posts.append(try await publisher.publish(PostDraft(text: "\(number)"), as: stage.ada.id))
            }
            for post in posts.prefix(5) { try await publisher.pin(post.id, as: stage.ada.id) }
            try await publisher.pin(posts[0].id, as: stage.ada.id)
            #expect(try await stage.sent().filter { $0 == "Add" }.count == 5)
            let add = try await stage.lastSent("Add")
            #expect(add?["target"]?.string == stage.ada.endpoints.featured?.description)
            #expect(add?["object"]?.string == posts[4].uri.description)
            await #expect(throws: OutboxError.self) { try await publisher.pin(posts[5].id, as: stage.ada.id) }
            await #expect(throws: OutboxError.notYourPost) {
                try await publisher.pin(posts[5].id, as: stage.cleo.id)
            }
            let direct = try await publisher.publish(
                PostDraft(text: "@ben@south.test hi", audience: .direct),
                as: stage.ada.id
            )
            try await publisher.unpin(posts[0].id, as: stage.ada.id)
            #expect(try await stage.sent().filter { $0 == "Remove" }.count == 1)
            await #expect(throws: OutboxError.self) { try await publisher.pin(direct.id, as: stage.ada.id) }
            let closed = try await publisher.publish(
                PostDraft(text: "Us", audience: .school),
                as: stage.ada.id
            )
            try await publisher.pin(closed.id, as: stage.ada.id)
            #expect(try await stage.sent().filter { $0 == "Add" }.count == 5)
            #expect(try await pinned(stage, stage.ada, for: .anonymous) == ["5", "4", "3", "2"])
            #expect(try await pinned(stage, stage.ada) == ["Us", "5", "4", "3", "2"])
        }
    }
}
