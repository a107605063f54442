import Domain
import Testing

@testable import Storage

@Suite("Blocks")
struct BlockTests {
    @Test(
        "a block ends follows, timeline entries and notices, both ways, and nobody else's",
        arguments: Engine.all
    )
    func ends(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let (ada, bob, cleo) = (
                try world.person("ada", at: north), try world.person("bob", at: north),
                try world.person("cleo", at: north)
            )
            for (follower, followed) in [(ada, bob), (bob, ada), (cleo, bob), (ada, cleo), (bob, cleo)] {
                try world.follow(follower, followed)
            }
            let byBob = try world.post(by: bob, to: [ada])
            let byAda = try world.post(by: ada)
            let byCleo = try world.post(by: cleo)
            for post in [byBob, byAda, byCleo] { try db.timelines.add(post, to: [north.id]) }
            try notice(world, to: ada, from: bob, byBob)
            try notice(world, to: cleo, from: bob, byBob)
            let block = try world.block(ada, bob)
            #expect(try db.follows.find(follower: ada.id, followed: bob.id) == nil)
            #expect(try db.follows.find(follower: bob.id, followed: ada.id) == nil)
            #expect(try db.follows.find(follower: cleo.id, followed: bob.id) != nil)
            #expect(try entries(of: ada, world) == [byAda.id, byCleo.id])
            #expect(try entries(of: bob, world) == [byBob.id, byCleo.id])
            #expect(try entries(of: cleo, world) == [byBob.id, byCleo.id])
            #expect(try db.notices.page(of: ada.id, before: nil, limit: 9).isEmpty)
            #expect(try db.notices.page(of: cleo.id, before: nil, limit: 9).count == 1)
            // While it stands neither is told anything; afterwards as before.
            try notice(world, to: ada, from: bob, byAda)
            try notice(world, to: bob, from: ada, byAda)
            #expect(try db.notices.page(of: ada.id, before: nil, limit: 9).isEmpty)
            #expect(try db.notices.page(of: bob.id, before: nil, limit: 9).isEmpty)
            try db.blocks.remove(block.id)
            try notice(world, to: ada, from: bob, byAda)
            #expect(try db.notices.page(of: ada.id, before: nil, limit: 9).count == 1)
        }
    }

    @Test("a block is there once, is found from both sides, and goes with the account", arguments: Engine.all)
    func finding(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let (ada, bob, ben) = (
                try world.person("ada", at: north), try world.person("bob", at: north),
                try world.peer("ben", at: "far.example")
            )
            let first = try world.block(ada, ben)
            let again = Block(
                id: world.id(),
                blocker: ada.id,
                blocked: ben.id,
                uri: try URI("https://north.example/2"),
                createdAt: world.now
            )
            #expect(try !db.blocks.insert(again))
            let second = try world.block(ada, bob)
            #expect(try db.blocks.find(uri: first.uri) == first)
            #expect(try db.blocks.stands(between: ben.id, and: ada.id))
            #expect(try !db.blocks.stands(between: ben.id, and: bob.id))
            #expect(try db.blocks.parted(from: ben.id, among: [ada.id, bob.id]) == [ada.id])
            #expect(try db.blocks.parted(from: ada.id, among: [ben.id, bob.id]) == [ben.id, bob.id])
            #expect(try db.blocks.page(of: ada.id, before: nil, limit: 1) == [second])
            #expect(try db.blocks.page(of: ada.id, before: second.id, limit: 9) == [first])
            try db.buryAccount(ben.id, at: world.now)
            while try db.burials.proceed(limit: 1) {}
            #expect(try db.blocks.page(of: ada.id, before: nil, limit: 9) == [second])
        }
    }

    private func notice(_ world: World, to account: Account, from: Account, _ post: Post) throws {
        try world.db.notices.insert(
            Notice(
                id: world.id(),
                account: account.id,
                kind: .like,
                from: from.id,
                post: post.id,
                createdAt: world.now
            )
        )
    }

    private func entries(of account: Account, _ world: World) throws -> Set<Post.ID> {
        let rows = try world.db.run("SELECT post_id FROM timeline_entry WHERE account_id = \(account.id)")
        return Set(try rows.map { row in try row["post_id"] })
    }
}
