import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("What groups pass on")
struct GroupTests {
    /// Lemmy's community on south, which ada follows; its members write at south and west.
    private func group(_ stage: ErrandStage, isAccepted: Bool = true) async throws -> TestPeer {
        let instance = stage.stage.instance
        let group = try await instance.addPeer("teaching", at: stage.south.origin)
        let id = group.account.id
        try await instance.database.write { db in
            _ = try db.run("UPDATE account SET kind = 'Group' WHERE id = \(id)")
        }
        if isAccepted { try await instance.addFollow(of: group.account, by: stage.stage.ada) }
        return group
    }

    /// The group's word of what somebody did.
    private func announce(
        _ type: String,
        _ name: String,
        _ object: JSONValue,
        by group: TestPeer,
        as actor: TestPeer
    )
        -> JSONObject
    {
        let inner = Wire.activity(type, name, by: actor, object)
        return Wire.activity("Announce", "\(type)-\(name)", by: group, .object(inner), to: [Wire.everybody])
    }

    @Test(
        "a member's post comes from its own home, whatever the group says it is, and is shown as boosted by the group"
    )
    func passedOn() async throws {
        try await ErrandStage.use { stage async throws in
            let group = try await group(stage)
            let uri = stage.serve("1", by: stage.dora)
            let forged = Wire.note("1", by: stage.dora, "forged")
            let activity = announce("Create", "1", .object(forged), by: group, as: stage.dora)
            #expect(try await stage.stage.apply(activity, by: group) == .applied)
            let viewer = stage.stage.ada.id
            let school = stage.stage.school.id
            let home = try await stage.stage.instance.database.read {
                try $0.homeTimelines.page(of: viewer, school: school, .init())
            }
            #expect(home.map(\.post.body.text) == ["1"])
            #expect(home.first?.boostedBy?.uri == group.account.uri)
            #expect(home.first?.author.uri == stage.dora.account.uri)
            // What it is about has another home, which is no partner.
            let stranger = Wire.note("2", by: stage.eve, "2")
            let strange = announce("Create", "2", .object(stranger), by: group, as: stage.eve)
            #expect(try await stage.stage.apply(strange, by: group) == .ignored)
            #expect(stage.east.count() == 0)
            #expect(try await stage.thread(uri).posts == ["1"])
        }
    }

    @Test("a comment that a group passes on brings the post above it")
    func comments() async throws {
        try await ErrandStage.use { stage async throws in
            let group = try await group(stage)
            let page = stage.serve("1", by: stage.dora) { $0["type"] = "Page" }
            let comment = stage.serve("2", by: stage.ben, answers: page)
            let activity = announce("Create", "2", .string(comment), by: group, as: stage.ben)
            #expect(try await stage.stage.apply(activity, by: group) == .applied)
            await stage.run()
            #expect(try await stage.thread(comment).posts == ["1", "2"])
        }
    }

    @Test("a group's word that a post was deleted counts when its home says so, and not before")
    func deleted() async throws {
        try await ErrandStage.use { stage async throws in
            let group = try await group(stage)
            let target = "/users/dora/notes/1"
            let uri = stage.serve("1", by: stage.dora)
            let boost = announce("Create", "1", .string(uri), by: group, as: stage.dora)
            #expect(try await stage.stage.apply(boost, by: group) == .applied)
            func delete(_ name: String) async throws -> ReceivedActivity.State? {
                let activity = announce("Delete", name, .string(uri), by: group, as: stage.dora)
                return try await stage.stage.apply(activity, by: group)
            }
            #expect(try await delete("1") == .ignored)
            stage.west.reply(target, .response(404))
            #expect(try await delete("2") == .ignored)
            #expect(try await stage.stage.home(stage.stage.ada) == ["1"])
            stage.west.serve(target, ["id": .string(uri), "type": "Tombstone"])
            #expect(try await delete("3") == .applied)
            #expect(try await stage.stage.home(stage.stage.ada) == [])
            #expect(try await stage.stage.post(uri)?.deletedAt != nil)
        }
    }

    @Test("a post of ours is not deleted by a group's word")
    func ours() async throws {
        try await ErrandStage.use { stage async throws in
            let group = try await group(stage)
            let ada = stage.stage.ada
            let own = try await stage.stage.instance.publisher.publish(PostDraft(text: "mine"), as: ada.id)
            let object = JSONValue.string(own.uri.description)
            let activity = announce("Delete", "1", object, by: group, as: stage.dora)
            #expect(try await stage.stage.apply(activity, by: group) == .ignored)
            #expect(try await stage.stage.home(ada) == ["mine"])
        }
    }

    @Test("on the first follow of a group what it has passed on comes from its homes, as boosted by it")
    func outbox() async throws {
        try await ErrandStage.use { stage async throws in
            let group = try await group(stage, isAccepted: false)
            let (one, two) = (stage.serve("1", by: stage.dora), stage.serve("2", by: stage.ben))
            let stranger = stage.serve("3", by: stage.eve)
            var foreign = announce("Create", "4", .string(two), by: group, as: stage.ben)
            foreign["id"] = .string("\(stage.west.origin)/activities/4")
            let items = [
                foreign, announce("Create", "3", .string(stranger), by: group, as: stage.eve),
                announce(
                    "Create",
                    "2",
                    .object(Wire.note("2", by: stage.ben, "forged")),
                    by: group,
                    as: stage.ben
                ),
                announce("Like", "1", .string(one), by: group, as: stage.ben),
                Wire.activity("Announce", "1", by: group, .string(one), to: [Wire.everybody]),
            ]
            stage.south.serve(
                "/users/teaching/outbox",
                [
                    "id": .string("\(group.account.uri)/outbox"), "type": "OrderedCollection",
                    "orderedItems": .array(items.map { .object($0) }),
                ]
            )
            let uri = try URI("\(stage.stage.cleo.uri)/follows/group")
            let follow = Follow(
                id: stage.stage.instance.ids.next(),
                follower: stage.stage.cleo.id,
                followed: group.account.id,
                uri: uri,
                state: .pending,
                createdAt: stage.clock.now()
            )
            _ = try await stage.stage.instance.database.write { try $0.follows.insert(follow) }
            let accept = Wire.activity("Accept", "1", by: group, .string(uri.description))
            #expect(try await stage.stage.apply(accept, by: group) == .applied)
            await stage.run()
            let (cleo, school) = (stage.stage.cleo.id, stage.stage.school.id)
            let home = try await stage.stage.instance.database.read {
                try $0.homeTimelines.page(of: cleo, school: school, .init())
            }
            #expect(Set(home.map(\.post.body.text)) == ["1", "2"])
            #expect(home.allSatisfy { $0.boostedBy?.uri == group.account.uri })
            #expect(stage.east.count() == 0)
            #expect(try await stage.stage.notices(stage.stage.cleo) == [])
        }
    }
}
