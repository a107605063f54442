import Domain
import Storage
import Testing

@Suite("Hashtags")
struct HashtagTests {
    /// A school with ada and ben, a partner school's sue, a peer's carl, and somebody's posts with hashtags.
    private struct Scene {
        let world: World
        let north: School
        let ada: Account
        let ben: Account
        let carl: Account

        init(_ world: World) throws {
            self.world = world
            north = try world.school("north.example")
            ada = try world.person("ada", at: north)
            ben = try world.person("ben", at: north)
            carl = try world.peer("carl", at: "far.example")
            try world.partner(north, "far.example", .approved)
        }

        var viewer: Viewer { .account(ada.id, school: north.id) }

        @discardableResult
        func post(
            _ tags: [String],
            by author: Account,
            _ audience: Audience = .public,
            at time: Timestamp? = nil
        )
            throws -> Post
        {
            let id: Post.ID = world.id(at: time)
            let post = Post(
                id: id,
                uri: try URI("https://\(author.handle.host)/posts/\(id)"),
                author: author.id,
                audience: audience,
                body: Post.Body(html: "", text: "", hashtags: tags),
                publishedAt: world.now
            )
            try world.db.posts.insert(post, addressees: [])
            return post
        }

        func page(
            _ query: HashtagView.Query,
            for viewer: Viewer? = nil,
            _ page: HomeTimelineView.Page = .init()
        )
            throws -> [Post.ID]
        {
            try world.db.hashtagPages.page(query, for: viewer ?? self.viewer, at: north.id, page).map(
                \.post.id
            )
        }

        func home(of account: Account) throws -> [Post.ID] {
            try world.db.homeTimelines.page(of: account.id, school: north.id, .init()).map(\.post.id)
        }
    }

    @Test("a hashtag's timeline has what the viewer may see in feeds, newest first", arguments: Engine.all)
    func timeline(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let mallory = try world.peer("mallory", at: "evil.example")
            let open = try scene.post(["mathe"], by: scene.ben)
            let foreign = try scene.post(["mathe", "physik"], by: scene.carl)
            let inSchool = try scene.post(["mathe"], by: scene.ben, .school)
            for hidden in [Audience.unlisted, .followers, .direct] {
                try scene.post(["mathe"], by: scene.ben, hidden)
            }
            try scene.post(["mathe"], by: mallory)
            try scene.post(["Mathe2"], by: scene.ben)
            let query = HashtagView.Query(any: ["mathe"])
            #expect(try scene.page(query) == [inSchool.id, foreign.id, open.id])
            #expect(try scene.page(query, for: .anonymous) == [open.id])
            #expect(try scene.page(query, .init(before: inSchool.id.rawValue, limit: 1)) == [foreign.id])
            #expect(try scene.page(query, .init(after: open.id.rawValue, limit: 1)) == [foreign.id])
            var local = query
            local.isLocal = true
            #expect(try scene.page(local) == [inSchool.id, open.id])
            var remote = query
            remote.isRemote = true
            #expect(try scene.page(remote) == [foreign.id])
        }
    }

    @Test("several hashtags are joined by any, all and none", arguments: Engine.all)
    func several(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let one = try scene.post(["a"], by: scene.ben)
            let both = try scene.post(["a", "b"], by: scene.ben)
            let other = try scene.post(["b"], by: scene.ben)
            var query = HashtagView.Query(any: ["a", "b"])
            #expect(try scene.page(query) == [other.id, both.id, one.id])
            query.all = ["b"]
            #expect(try scene.page(query) == [other.id, both.id])
            query.none = ["a"]
            #expect(try scene.page(query) == [other.id])
        }
    }

    @Test("an edit changes a post's hashtags, and a burial takes them away", arguments: Engine.all)
    func editing(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let post = try scene.post(["a", "b", "a"], by: scene.ben)
            try world.db.posts.edit(
                post.id,
                Post.Body(html: "", text: "", hashtags: ["b", "c"]),
                at: world.now
            )
            #expect(try scene.page(.init(any: ["a"])).isEmpty)
            #expect(try scene.page(.init(any: ["c"])) == [post.id])
            try world.db.posts.bury(post.id, at: world.now)
            #expect(try world.db.run("SELECT 1 AS n FROM post_hashtag").isEmpty)
        }
    }

    @Test("use is counted by day: public posts and their accounts", arguments: Engine.all)
    func usage(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            try scene.post(["a"], by: scene.ben)
            try scene.post(["a"], by: scene.ben)
            try scene.post(["a"], by: scene.carl)
            try scene.post(["a"], by: scene.carl, .followers)
            try scene.post(["a"], by: scene.ben, at: world.now - .days(6))
            try scene.post(["a"], by: scene.ben, at: world.now - .days(8))
            let usage = try world.db.hashtagPages.usage(of: ["a", "b"], for: scene.viewer, now: world.now)
            #expect(usage["a"]?.map(\.uses) == [3, 0, 0, 0, 0, 0, 1])
            #expect(usage["a"]?.map(\.accounts) == [2, 0, 0, 0, 0, 0, 1])
            #expect(usage["a"]?.first?.day == CalendarDay(of: world.now))
            #expect(usage["b"]?.map(\.uses) == [0, 0, 0, 0, 0, 0, 0])
        }
    }

    @Test(
        "hashtags are found by their beginning, only those of posts that one may see",
        arguments: Engine.all
    )
    func search(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            for name in ["mathe", "mathe_2", "mathé", "matheß", "maths", "mat", "zebra"] {
                try scene.post([name], by: scene.ben)
            }
            try scene.post(["mathsecret"], by: scene.ben, .direct)
            let pages = world.db.hashtagPages
            let found = try pages.search("math", for: scene.viewer, at: scene.north.id, limit: 10)
            #expect(found == ["mathe", "mathe_2", "matheß", "maths", "mathé"])
            let second = try pages.search("math", for: scene.viewer, at: scene.north.id, offset: 1, limit: 2)
            #expect(second == ["mathe_2", "matheß"])
            #expect(try pages.search("", for: scene.viewer, at: scene.north.id, limit: 10).isEmpty)
        }
    }

    @Test(
        "public posts with a followed hashtag come into the home timeline, others do not",
        arguments: Engine.all
    )
    func following(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let db = world.db
            try follow("a", scene)
            let wanted = try scene.post(["a"], by: scene.carl)
            let other = try scene.post(["b"], by: scene.carl)
            let hidden = try scene.post(["a"], by: scene.carl, .unlisted)
            let elsewhere = try scene.post(["a"], by: scene.carl)
            for post in [wanted, other, hidden] { try db.timelines.add(post, to: [scene.north.id]) }
            try db.timelines.add(elsewhere, to: [])
            #expect(try scene.home(of: scene.ada) == [wanted.id])
            #expect(try scene.home(of: scene.ben).isEmpty)
        }
    }

    @Test("who follows a hashtag no more keeps what they have for another reason", arguments: Engine.all)
    func unfollowing(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let db = world.db
            try follow("a", scene)
            try follow("b", scene)
            try world.follow(scene.ada, scene.ben)
            let only = try scene.post(["a"], by: scene.carl)
            let twice = try scene.post(["a", "b"], by: scene.carl)
            let followed = try scene.post(["a"], by: scene.ben)
            for post in [only, twice, followed] { try db.timelines.add(post, to: [scene.north.id]) }
            #expect(try scene.home(of: scene.ada) == [followed.id, twice.id, only.id])
            try db.timelines.remove(author: scene.carl.id, from: scene.ada.id)
            #expect(try scene.home(of: scene.ada) == [followed.id, twice.id, only.id])
            try db.hashtags.unfollow("a", by: scene.ada.id)
            try db.timelines.remove(hashtag: "a", from: scene.ada.id)
            #expect(try scene.home(of: scene.ada) == [followed.id, twice.id])
            #expect(try db.hashtags.followed(by: scene.ada.id, among: ["a", "b"]) == ["b"])
            #expect(try db.hashtags.followed(by: scene.ada.id, limit: 10).map(\.name) == ["b"])
            try db.buryAccount(scene.ada.id, at: world.now)
            while try db.burials.proceed(limit: 10) {}
            #expect(try db.hashtags.countFollowed(by: scene.ada.id) == 0)
        }
    }

    private func follow(_ name: String, _ scene: Scene) throws {
        let world = scene.world
        try world.db.hashtags.follow(
            FollowedHashtag(id: world.id(), account: scene.ada.id, name: name, createdAt: world.now)
        )
    }
}
