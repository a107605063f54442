import Domain
import Storage
import Testing

@Suite("Posts, reactions, notices, follows and tombstones")
struct PostTests {
    @Test("a post is read as it was written, once per URI", arguments: Engine.all)
    func posts(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.person("ben", at: north)
            let parent = try world.post(by: ada)
            let uri = try URI("https://north.example/ap/posts/1")
            var post = Post(
                id: world.id(),
                uri: uri,
                author: ada.id,
                audience: .partners,
                inReplyTo: parent.uri,
                body: Post.Body(
                    html: "<p>h</p>",
                    text: "h",
                    summary: "s",
                    isSensitive: true,
                    language: "de",
                    hashtags: ["eins", "zwei"]
                ),
                page: uri,
                publishedAt: world.now
            )
            #expect(try db.posts.insert(post, addressees: [ben.id, ada.id, ben.id]))
            #expect(try db.posts.find(post.id) == post)
            #expect(try db.posts.find(uri: uri) == post)
            #expect(try db.posts.addressees(of: post.id) == [ada.id, ben.id])
            let same = Post(
                id: world.id(),
                uri: uri,
                author: ben.id,
                audience: .public,
                body: post.body,
                publishedAt: world.now
            )
            #expect(try !db.posts.insert(same, addressees: [ben.id]))
            #expect(try db.posts.find(same.id) == nil)
            post.body = Post.Body(html: "new", text: "new")
            post.editedAt = world.now + .seconds(5)
            try db.posts.edit(post.id, post.body, at: world.now + .seconds(5))
            post.audience = .direct
            try db.posts.setAudience(post.id, .direct)
            #expect(try db.posts.find(post.id) == post)
            #expect(try db.posts.count(of: ada.id) == 2)
            #expect(try db.posts.count(of: north.id) == 2)
            #expect(try db.posts.countReplies(to: [parent.uri, uri]).isEmpty)
            try world.post(by: ben, .unlisted, answers: parent)
            #expect(try db.posts.countReplies(to: [parent.uri, uri]) == [parent.uri: 1])
            #expect(try db.posts.countReplies(to: []).isEmpty)
        }
    }

    @Test("answers of suspended accounts are not counted", arguments: Engine.all)
    func suspendedReplies(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.person("ben", at: north)
            let parent = try world.post(by: ada)
            try world.post(by: ben, answers: parent)
            try db.accounts.setSuspended(ben.id, at: world.now)
            #expect(try db.posts.countReplies(to: [parent.uri]).isEmpty)
        }
    }

    @Test("a buried post is an empty tombstone that no edit and no Create fills again", arguments: Engine.all)
    func burial(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.person("ben", at: north)
            try world.follow(ben, ada)
            let post = try world.post(by: ada, to: [ben])
            try db.timelines.add(post, to: [north.id])
            try world.react(.like, ben, post)
            try world.notice(.mention, to: ben, from: ada, post)
            try db.posts.bury(post.id, at: world.now)
            let tombstone = try #require(try db.posts.find(post.id))
            #expect(tombstone.deletedAt == world.now)
            #expect(tombstone.body == Post.Body(html: "", text: ""))
            #expect(try db.reactions.find(.like, by: ben.id, to: post.id) == nil)
            #expect(try db.notices.page(of: ben.id, before: nil, limit: 9).isEmpty)
            #expect(try db.posts.addressees(of: post.id).isEmpty)
            for reader in [ada, ben] {
                #expect(try db.homeTimelines.page(of: reader.id, school: north.id, .init()).isEmpty)
            }
            try db.posts.edit(post.id, Post.Body(html: "again", text: "again"), at: world.now)
            #expect(try !db.posts.insert(post, addressees: []))
            try db.posts.bury(post.id, at: world.now + .seconds(1))
            #expect(try db.posts.find(post.id) == tombstone)
            #expect(try db.posts.count(of: ada.id) == 0)
        }
    }

    @Test("an account reacts once in each kind", arguments: Engine.all)
    func reactions(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.peer("ben", at: "far.example")
            let post = try world.post(by: ada)
            let other = try world.post(by: ada)
            let like = try world.newReaction(.like, ben, post)
            #expect(try db.reactions.insert(like))
            #expect(try !db.reactions.insert(like))
            #expect(try !db.reactions.insert(try world.newReaction(.like, ben, post)))
            let boost = try world.react(.boost, ben, post)
            try world.react(.like, ada, post)
            #expect(try db.reactions.find(.like, by: ben.id, to: post.id) == like)
            #expect(try db.reactions.find(uri: boost.uri) == boost)
            #expect(try db.reactions.find(.like, by: ben.id, to: other.id) == nil)
            #expect(try db.reactions.remoteBoosters(of: post.id) == [ben])
            let counts = try db.reactions.counts(of: [post.id, other.id])
            #expect(counts[post.id]?.likes == 2 && counts[post.id]?.boosts == 1 && counts[other.id] == nil)
            #expect(try db.reactions.counts(of: [Post.ID]()).isEmpty)
            #expect(try db.reactions.own(of: ben.id, to: [post.id, other.id]) == [post.id: [.like, .boost]])
            #expect(try db.reactions.own(of: ben.id, to: [Post.ID]()).isEmpty)
            try db.reactions.remove(like.id)
            #expect(try db.reactions.find(uri: like.uri) == nil)
            #expect(try db.reactions.counts(of: [post.id])[post.id]?.likes == 1)
        }
    }

    @Test("a notice is told once and pages back to the first", arguments: Engine.all)
    func notices(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.peer("ben", at: "far.example")
            let posts = try (0..<3).map { _ in try world.post(by: ada) }
            try world.notice(.follow, to: ada, from: ben)
            try world.notice(.follow, to: ada, from: ben)
            for post in posts + posts { try world.notice(.like, to: ada, from: ben, post) }
            try world.notice(.like, to: ada, from: ada, posts[0])
            let all = try db.notices.page(of: ada.id, before: nil, limit: 20)
            #expect(all.map(\.post) == posts.reversed().map(\.id) + [nil])
            let first = try db.notices.page(of: ada.id, before: nil, limit: 2)
            let second = try db.notices.page(of: ada.id, before: first.last?.id, limit: 2)
            #expect(first + second == all)
            try db.notices.remove(.like, to: ada.id, from: ben.id, post: posts[1].id)
            try db.notices.remove(.follow, to: ada.id, from: ben.id, post: nil)
            #expect(
                try db.notices.page(of: ada.id, before: nil, limit: 9).map(\.post) == [
                    posts[2].id, posts[0].id,
                ]
            )
        }
    }

    @Test(
        "there is one follow between two accounts; a second Follow gives it a new URI",
        arguments: Engine.all
    )
    func follows(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.peer("ben", at: "far.example")
            let first = try world.follow(ben, ada, .pending)
            #expect(try db.follows.find(follower: ben.id, followed: ada.id) == first)
            #expect(try db.follows.requests(to: ada.id, limit: 9) == [first])
            #expect(try db.follows.countRequests(to: ada.id) == 1)
            #expect(try db.follows.count(.followers, of: ada.id) == 0)
            #expect(try db.follows.remoteInboxes(followersOf: ada.id).isEmpty)
            #expect(try !db.follows.hasFollower(at: ben.handle.host, of: ada.id))
            try db.follows.accept(first.id)
            let second = try world.follow(ben, ada, .pending)
            #expect(second.id == first.id && second.state == .accepted && second.uri != first.uri)
            #expect(try db.follows.find(uri: first.uri) == nil)
            #expect(try db.follows.find(uri: second.uri) == second)
            #expect(try db.follows.count(.followers, of: ada.id) == 1)
            #expect(try db.follows.count(.following, of: ben.id) == 1)
            #expect(try db.follows.hasFollower(at: ben.handle.host, of: ada.id))
            #expect(try !db.follows.hasLocalFollower(of: ada.id, in: [north.id]))
            try world.follow(ada, ben)
            #expect(try db.follows.hasLocalFollower(of: ben.id, in: [north.id]))
            #expect(try !db.follows.hasLocalFollower(of: ben.id, in: []))
            try db.follows.remove(first.id)
            #expect(try db.follows.find(follower: ben.id, followed: ada.id) == nil)
        }
    }

    @Test("followers page back without gaps or doubles", arguments: Engine.all)
    func followPages(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            let all = try (0..<7).map { try world.follow(try world.peer("p\($0)", at: "far.example"), ada) }
            _ = try world.follow(try world.peer("waits", at: "far.example"), ada, .pending)
            var seen: [Follow] = []
            while true {
                let page = try db.follows.page(.followers, of: ada.id, before: seen.last?.id, limit: 3)
                if page.isEmpty { break }
                seen += page
            }
            #expect(seen == all.reversed())
            let back = try db.follows.page(.following, of: all[0].follower, before: nil, limit: 3)
            #expect(back == [all[0]])
        }
    }

    @Test(
        "followers at one host share an inbox; who is gone or suspended gets nothing",
        arguments: Engine.all
    )
    func inboxes(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            try world.follow(try world.person("lena", at: north), ada)
            for name in ["a", "b"] { try world.follow(try world.peer(name, at: "far.example"), ada) }
            let gone = try world.peer("gone", at: "gone.example")
            let suspended = try world.peer("bad", at: "bad.example")
            for peer in [gone, suspended] { try world.follow(peer, ada) }
            try db.accounts.setGone(gone.id, at: world.now)
            try db.accounts.setSuspended(suspended.id, at: world.now)
            #expect(
                try db.follows.remoteInboxes(followersOf: ada.id) == [try URI("https://far.example/inbox")]
            )
        }
    }

    @Test("a tombstone speaks for the actor that left it, and only for that one", arguments: Engine.all)
    func tombstones(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let thing = try URI("https://far.example/posts/1")
            let ada = try URI("https://far.example/users/ada")
            let mallory = try URI("https://far.example/users/mallory")
            #expect(try !db.tombstones.isBuried(thing, by: ada))
            try db.tombstones.bury(thing, by: mallory, at: world.now)
            #expect(try !db.tombstones.isBuried(thing, by: ada))
            try db.tombstones.bury(thing, by: ada, at: world.now)
            try db.tombstones.bury(thing, by: ada, at: world.now)
            #expect(try db.tombstones.isBuried(thing, by: ada))
        }
    }

    @Test("a buried account leaves its row and takes everything else with it", arguments: Engine.all)
    func accountBurial(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example", .open)
            let ada = try world.person("ada", at: north)
            let ben = try world.peer("ben", at: "far.example")
            try world.follow(ada, ben)
            try world.follow(ben, ada)
            let own = try world.post(by: ben)
            try db.timelines.add(own, to: [north.id])
            let others = try world.post(by: ada, .public)
            let foreign = try world.post(by: try world.peer("carl", at: "far.example"))
            try world.react(.like, ben, others)
            let boost = try world.react(.boost, ben, foreign)
            try db.timelines.add(boost, to: [north.id])
            try world.notice(.like, to: ada, from: ben, others)
            #expect(try db.homeTimelines.page(of: ada.id, school: north.id, .init()).count == 2)
            try db.buryAccount(ben.id, at: world.now)
            // Hidden at once; the rest goes in batches, with other writes between them.
            #expect(try db.accounts.find(ben.id)?.goneAt == world.now)
            #expect(try db.homeTimelines.page(of: ada.id, school: north.id, .init()).isEmpty)
            #expect(try !db.sights.canSee(.account(ada.id, school: north.id), own))
            #expect(try db.threads.thread(of: own.id, for: .account(ada.id, school: north.id)) == nil)
            #expect(try db.burials.proceed(limit: 1))
            while try db.burials.proceed(limit: 1) {}
            #expect(try db.run("SELECT * FROM burial").isEmpty)
            #expect(try db.posts.find(own.id)?.deletedAt == world.now)
            #expect(try db.follows.find(follower: ada.id, followed: ben.id) == nil)
            #expect(try db.follows.find(follower: ben.id, followed: ada.id) == nil)
            #expect(try db.reactions.counts(of: [others.id, foreign.id]).isEmpty)
            #expect(try db.notices.page(of: ada.id, before: nil, limit: 9).isEmpty)
            #expect(try db.homeTimelines.page(of: ada.id, school: north.id, .init()).isEmpty)
            #expect(try db.run("SELECT * FROM timeline_entry").isEmpty)
        }
    }

    @Test(
        "a buried local account leaves no timeline, notices, session, token or password",
        arguments: Engine.all
    )
    func localBurial(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.person("ben", at: north)
            try world.follow(ada, ben)
            let post = try world.post(by: ben)
            try db.timelines.add(post, to: [north.id])
            try world.notice(.follow, to: ada, from: ben)
            try db.members.set(Member(account: ada.id, role: .admin, passwordHash: "x"))
            try db.accessTokens.insert(
                AccessToken(tokenHash: "t", account: ada.id, scopes: "read", createdAt: world.now)
            )
            try db.sessions.insert(
                Session(
                    tokenHash: "s",
                    account: ada.id,
                    csrfToken: "c",
                    createdAt: world.now,
                    expiresAt: world.now + .days(1)
                )
            )
            try db.buryAccount(ada.id, at: world.now)
            while try db.burials.proceed(limit: 9) {}
            #expect(try db.run("SELECT * FROM timeline_entry").count == 1)
            #expect(try db.notices.page(of: ada.id, before: nil, limit: 9).isEmpty)
            #expect(try db.members.find(ada.id) == nil)
            #expect(try db.accessTokens.find("t") == nil)
            #expect(try db.sessions.find("s", now: world.now) == nil)
        }
    }
}

extension PostTests {
    @Test("an account with many posts is buried in batches of bounded size", arguments: Engine.all)
    func largeBurial(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ben = try world.peer("ben", at: "far.example")
            let carl = try world.peer("carl", at: "far.example")
            for _ in 0..<25 { try world.post(by: ben) }
            try world.post(by: carl)
            try db.buryAccount(ben.id, at: world.now)
            var left = [try db.posts.count(of: ben.id)]
            while try db.burials.proceed(limit: 10) { left.append(try db.posts.count(of: ben.id)) }
            #expect(left == [25, 15, 5, 0, 0])
            #expect(try db.posts.count(of: carl.id) == 1)
            try db.buryAccount(ben.id, at: world.now)
            while try db.burials.proceed(limit: 10) {}
            #expect(try db.run("SELECT * FROM burial").isEmpty)
        }
    }
}

extension World {
    func notice(_ kind: Notice.Kind, to account: Account, from: Account, _ post: Post? = nil) throws {
        try db.notices.insert(
            Notice(id: id(), account: account.id, kind: kind, from: from.id, post: post?.id, createdAt: now)
        )
    }
}
