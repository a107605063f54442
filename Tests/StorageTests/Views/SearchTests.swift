import Domain
import Storage
import Testing

@Suite("Search")
struct SearchTests {
    /// A school with ada and mate, its partner's carl, and a host that is no partner.
    private struct Scene {
        let world: World
        let north: School
        let ada: Account
        let mate: Account
        let carl: Account
        let stranger: Account

        init(_ world: World) throws {
            self.world = world
            north = try world.school("north.example")
            ada = try world.person("ada", at: north)
            mate = try world.person("mate", at: north)
            carl = try world.peer("carl", at: "south.example")
            stranger = try world.peer("sam", at: "far.example")
            try world.partner(north, "south.example", .approved)
        }

        @discardableResult
        func post(
            _ text: String,
            by author: Account,
            _ audience: Audience = .public,
            to addressees: [Account] = [],
            html: String? = nil,
            answers parent: Post? = nil
        ) throws -> Post {
            var post = try world.newPost(by: author, audience, answers: parent)
            post.body = Post.Body(html: html ?? "<p>\(text)</p>", text: text)
            #expect(try world.db.posts.insert(post, addressees: addressees.map(\.id)))
            return post
        }

        func found(_ query: String, as viewer: Account? = nil, offset: Int = 0, limit: Int = 20) throws
            -> [String]
        {
            try world.db.searches.posts(
                SearchQuery(query),
                for: .account((viewer ?? ada).id, school: north.id),
                now: world.now,
                offset: offset,
                limit: limit
            ).map(\.post.body.text)
        }
    }

    @Test("words, phrases and exclusions find the same on every engine", arguments: Engine.all)
    func words(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            try scene.post("Exit tickets in Élise's class", by: scene.mate)
            try scene.post("Tickets to exit the zoo", by: scene.carl)
            try scene.post("授業の工夫について", by: scene.mate)
            #expect(try scene.found("exit tickets").count == 2)
            #expect(try scene.found("\"exit tickets\"") == ["Exit tickets in Élise's class"])
            #expect(try scene.found("tickets -zoo") == ["Exit tickets in Élise's class"])
            #expect(try scene.found("elise") == ["Exit tickets in Élise's class"])
            #expect(try scene.found("工夫") == ["授業の工夫について"])
            #expect(try scene.found("夫工").isEmpty)
            #expect(try scene.found("ticket").isEmpty)
            #expect(try scene.found("-zoo").isEmpty)
            #expect(try scene.found("tickets'; DROP TABLE post; -- \" OR *").isEmpty)
        }
    }

    @Test("PRV: a search finds only what its viewer may see", arguments: Engine.all)
    func audiences(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            for audience in Audience.allCases {
                try scene.post("secret \(audience.rawValue)", by: scene.mate, audience)
            }
            try scene.post("secret from far", by: scene.stranger)
            try scene.post("secret from partner's followers", by: scene.carl, .followers)
            try scene.post("secret for ada", by: scene.mate, .direct, to: [scene.ada])
            let seen = Set(try scene.found("secret"))
            #expect(
                seen == [
                    "secret public", "secret unlisted", "secret school", "secret partners", "secret for ada",
                ]
            )
            try world.follow(scene.ada, scene.mate)
            #expect(try scene.found("secret followers") == ["secret followers"])
            #expect(try scene.found("secret", as: scene.mate).count == 7)
            let anonymous = try world.db.searches.posts(
                SearchQuery("secret"),
                for: .anonymous,
                now: world.now
            )
            #expect(Set(anonymous.map(\.post.body.text)) == ["secret public", "secret unlisted"])
        }
    }

    @Test("operators narrow what is found", arguments: Engine.all)
    func operators(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let old = try scene.post("maths then", by: scene.mate)
            world.now = world.now + .days(40)
            try scene.post("maths now", by: scene.ada, answers: old)
            try scene.post(
                "maths link",
                by: scene.carl,
                html: "<p>maths <a href=\"https://a.example\">link</a></p>"
            )
            try scene.post(
                "maths @ada",
                by: scene.carl,
                html: "<p>maths <a class=\"u-url mention\" href=\"https://north.example/@ada\">@ada</a></p>"
            )
            let day = CalendarDay(of: old.publishedAt)
            #expect(try scene.found("maths from:mate") == ["maths then"])
            #expect(try scene.found("from:me") == ["maths now"])
            #expect(try Set(scene.found("maths from:@carl@south.example")) == ["maths link", "maths @ada"])
            #expect(try scene.found("maths from:nobody").isEmpty)
            #expect(try scene.found("maths has:link") == ["maths link"])
            #expect(try scene.found("maths is:reply") == ["maths now"])
            #expect(try scene.found("maths during:\(day)") == ["maths then"])
            #expect(try scene.found("maths before:\(day)").isEmpty)
            #expect(try scene.found("maths after:\(day)").count == 3)
        }
    }

    @Test(
        "API-29: what means something to a database is only words: quotes, wildcards, operators of its search",
        arguments: Engine.all
    )
    func hostile(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            try scene.post("maths now", by: scene.mate)
            for query in [
                "%", "_", "*", "m*", "mat%", "'", "''", "\"", "\"\"\"", "NEAR(maths now)", "maths AND xyz",
                "maths NOT now",
                "xyz OR maths", "body:maths", "a' OR '1'='1", "from:%", "from:' OR 1=1 --", "before:'; --",
                "maths'; DROP TABLE post",
            ] {
                #expect(try scene.found(query).isEmpty, "\(query)")
            }
            for query in [
                "maths)", "(maths", "^maths", "maths:*", "now & !maths", "{maths}", "maths\\",
                "maths\u{0}now", "maths' --",
            ] {
                #expect(try scene.found(query) == ["maths now"], "\(query)")
            }
            let long = String(repeating: "maths ", count: 200_000)
            _ = try scene.found(long)
            #expect(try scene.found("maths now") == ["maths now"])
            #expect(try world.db.run("SELECT id FROM post").count == 1)
        }
    }

    @Test("an edit is found by its new words, and what is deleted by none", arguments: Engine.all)
    func changes(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let post = try scene.post("draught", by: scene.mate)
            try world.db.posts.edit(post.id, Post.Body(html: "<p>draft</p>", text: "draft"), at: world.now)
            #expect(try scene.found("draught").isEmpty)
            #expect(try scene.found("draft") == ["draft"])
            try world.db.posts.bury(post.id, at: world.now)
            #expect(try scene.found("draft").isEmpty)
            #expect(try world.db.run("SELECT rowid FROM post_search").isEmpty)
        }
    }

    @Test("pages follow each other", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            for number in 1...7 { try scene.post("page \(number)", by: scene.mate) }
            let all = try scene.found("page")
            let pages = try scene.found("page", limit: 4) + scene.found("page", offset: 4, limit: 4)
            #expect(all.count == 7 && pages == all)
            #expect(try scene.found("page", offset: -1, limit: -1).isEmpty)
        }
    }

    @Test("people are found while their name is typed, those followed first", arguments: Engine.all)
    func people(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            var named = scene.carl
            named.displayName = "Carla Martínez"
            try world.db.accounts.update(named)
            let mara = try world.person("mara", at: scene.north)
            func found(_ text: String) throws -> [String] {
                try world.db.searches.accounts(text, for: scene.ada.id, of: scene.north.id).map(\.handle.name)
            }
            #expect(try found("ma") == ["mara", "mate", "carl"])
            #expect(try found("martinez carl") == ["carl"])
            try world.follow(scene.ada, scene.carl)
            #expect(try found("ma") == ["carl", "mara", "mate"])
            #expect(try found("sam").isEmpty)
            #expect(try found("'\" *").isEmpty)
            try world.db.accounts.setSuspended(mara.id, at: world.now)
            try world.db.buryAccount(scene.mate.id, at: world.now)
            #expect(try found("ma") == ["carl"])
        }
    }
}
