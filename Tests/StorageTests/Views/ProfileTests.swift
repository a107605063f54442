import Domain
import Storage
import Testing

@Suite("Profiles, feeds and threads")
struct ProfileTests {
    @Test("a profile shows what its viewer may see, page by page", arguments: Engine.all)
    func profile(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let mate = try world.person("mate", at: north)
            try world.follow(mate, ada)
            let open = try (0..<5).map { _ in try world.post(by: ada) }
            let closed = try world.post(by: ada, .followers)
            try world.post(by: ada, .direct)
            let viewer = Viewer.account(mate.id, school: north.id)
            #expect(try db.profiles.posts(of: ada.id, for: viewer).map(\.post) == [closed] + open.reversed())
            let first = try db.profiles.posts(of: ada.id, for: .anonymous, limit: 3)
            let rest = try db.profiles.posts(
                of: ada.id,
                for: .anonymous,
                before: first.last?.post.id,
                limit: 3
            )
            #expect((first + rest).map(\.post) == open.reversed())
            #expect(try db.profiles.counts(of: ada.id) == db.profiles.counts(of: ada.id))
            let counts = try db.profiles.counts(of: ada.id)
            #expect(counts.posts == 7 && counts.followers == 1 && counts.following == 0)
        }
    }

    @Test("a school's feed has its own public posts that answer nothing", arguments: Engine.all)
    func localFeed(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let sue = try world.person("sue", at: try world.school("south.example"))
            let own = try (0..<3).map { _ in try world.post(by: ada) }
            try world.post(by: ada, answers: own[0])
            try world.post(by: ada, .unlisted)
            try world.post(by: sue)
            try world.post(by: try world.peer("ben", at: "far.example"))
            let first = try db.profiles.localFeed(of: north.id, for: .anonymous, .init(limit: 2))
            let rest = try db.profiles.localFeed(
                of: north.id,
                for: .anonymous,
                .init(before: first.last?.position, limit: 2)
            )
            #expect((first + rest).map(\.post) == own.reversed())
        }
    }

    @Test(
        "a thread has what leads to a post and what answers it, as far as the viewer may see",
        arguments: Engine.all
    )
    func threads(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let root = try world.post(by: ada)
            let middle = try world.post(by: ada, answers: root)
            let post = try world.post(by: ada, answers: middle)
            let first = try world.post(by: ada, answers: post)
            let second = try world.post(by: ada, answers: post)
            let below = try world.post(by: ada, answers: first)
            let secret = try world.post(by: ada, .direct, answers: post)
            try world.post(by: ada, answers: secret)
            let thread = try #require(try db.threads.thread(of: post.id, for: .anonymous))
            #expect(thread.ancestors.map(\.post) == [root, middle])
            // What answers an answer stands directly below it.
            #expect(thread.descendants.map(\.post) == [first, below, second])
            #expect(thread.descendants.map(\.parent?.id) == [post.id, first.id, post.id])
            #expect(try db.threads.thread(of: secret.id, for: .anonymous) == nil)
            #expect(try db.threads.thread(of: Post.ID(rawValue: 1), for: .anonymous) == nil)
        }
    }

    @Test("a thread that leads back to itself ends", arguments: Engine.all)
    func circles(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            var one = try world.newPost(by: ada)
            let two = try world.post(by: ada, answers: one)
            one.inReplyTo = two.uri
            try db.posts.insert(one, addressees: [])
            let thread = try #require(try db.threads.thread(of: one.id, for: .anonymous))
            #expect(thread.ancestors.map(\.post) == [two] && thread.descendants.map(\.post) == [two])
        }
    }
}
