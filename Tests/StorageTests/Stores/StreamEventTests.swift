import Domain
import Testing

@testable import Storage

@Suite("Events for streams")
struct StreamEventTests {
    @Test(
        "what streams show is noted in the order in which it happened; a deletion for each whom it addressed, too",
        arguments: Engine.all
    )
    func events(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let (ada, cleo) = (try world.person("ada", at: north), try world.person("cleo", at: north))
            let ben = try world.peer("ben", at: "far.example")
            let start = try db.streamEvents.highest()
            let post = try world.newPost(by: ada, .direct)
            try db.posts.insert(post, addressees: [cleo.id, ben.id])
            try db.timelines.add(post, to: [north.id])
            let boost = try world.react(.boost, cleo, post)
            try db.timelines.add(boost, to: [north.id])
            try db.posts.edit(post.id, post.body, at: world.now)
            let notice = Notice(
                id: world.id(),
                account: ada.id,
                kind: .boost,
                from: cleo.id,
                post: post.id,
                createdAt: world.now
            )
            // The second time nobody is told anything.
            for _ in 0..<2 { try db.notices.insert(notice) }
            try db.streamEvents.addFilterChange(of: ada.id)
            try db.posts.bury(post.id, at: world.now)
            let events = try db.streamEvents.find(after: start, limit: 100)
            #expect(events.map(\.kind) == [.post, .boost, .edit, .notice, .filters, .removal, .removal])
            #expect(events.map(\.account) == [nil, nil, nil, ada.id, ada.id, nil, cleo.id])
            #expect(
                events.map(\.subject) == [nil, boost.id.rawValue, nil, notice.id.rawValue, nil, nil, nil]
            )
            #expect(events.map(\.number) == events.map(\.number).sorted())
            #expect(try db.streamEvents.highest() == events.last?.number)
            #expect(try db.streamEvents.find(after: events[4].number, limit: 1) == [events[5]])
        }
    }

    @Test("old events go, the newest stays, and numbers go on", arguments: Engine.all)
    func removal(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.person("ada", at: try world.school("north.example"))
            for _ in 0..<10 { try db.streamEvents.addFilterChange(of: ada.id) }
            let last = try db.streamEvents.highest()
            #expect(try db.streamEvents.removeOld(kept: 4, limit: 5) == 5)
            #expect(try db.streamEvents.removeOld(kept: 4, limit: 5) == 1)
            #expect(try db.streamEvents.find(after: 0, limit: 100).count == 4)
            #expect(try db.streamEvents.removeOld(kept: 0, limit: 5) == 3)
            try db.streamEvents.addFilterChange(of: ada.id)
            #expect(try db.streamEvents.highest() > last)
        }
    }

    @Test("a token stands while it is there and its account can act", arguments: Engine.all)
    func standing(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let (ada, cleo) = (try world.person("ada", at: north), try world.person("cleo", at: north))
            for (hash, account) in [("a", ada), ("c", cleo)] {
                try db.accessTokens.insert(
                    AccessToken(tokenHash: hash, account: account.id, scopes: "read", createdAt: world.now)
                )
            }
            #expect(try db.accessTokens.standing(["a", "c", "x"]) == ["a", "c"])
            try db.accounts.setSuspended(cleo.id, at: world.now)
            #expect(try db.accessTokens.standing(["a", "c", "x"]) == ["a"])
            try db.accessTokens.remove("a")
            #expect(try db.accessTokens.standing(["a", "c", "x"]) == [])
        }
    }
}
