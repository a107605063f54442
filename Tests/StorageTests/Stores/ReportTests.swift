import Domain
import Testing

@testable import Storage

@Suite("Reports")
struct ReportTests {
    private func report(_ world: World, by reporter: Account, about account: Account, uri: URI? = nil) throws
        -> Report
    {
        Report(
            id: world.id(),
            school: try #require(account.school),
            reporter: reporter.id,
            host: uri == nil ? nil : reporter.host,
            uri: uri,
            reported: account.id,
            comment: "c",
            createdAt: world.now
        )
    }

    @Test(
        "one Flag is kept once for an account; queries, counts, posts and notes find what they should",
        arguments: Engine.all
    )
    func keeping(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let (north, annex) = (try world.school("north.example"), try world.school("annex.example"))
            let (ada, cleo, eve) = (
                try world.person("ada", at: north), try world.person("cleo", at: north),
                try world.person("eve", at: annex)
            )
            let ben = try world.peer("ben", at: "far.example")
            let (kept, deleted) = (try world.post(by: ada, .direct), try world.post(by: ada))
            let uri = try URI("https://far.example/flags/1")
            var first = try report(world, by: ben, about: ada, uri: uri)
            #expect(try db.reports.insert(first, posts: [kept.id, deleted.id, kept.id]))
            #expect(try !db.reports.insert(try report(world, by: ben, about: ada, uri: uri), posts: []))
            #expect(try db.reports.insert(try report(world, by: ben, about: cleo, uri: uri), posts: []))
            let own = try report(world, by: cleo, about: ada)
            #expect(try db.reports.insert(own, posts: []))
            #expect(try db.reports.insert(try report(world, by: cleo, about: ada), posts: []))
            #expect(try db.reports.insert(try report(world, by: cleo, about: eve), posts: []))
            try db.posts.bury(deleted.id, at: world.now)
            #expect(try db.reports.posts(of: first.id).map(\.id) == [kept.id])
            #expect(try db.reports.countPosts(of: first.id) == 2)
            #expect(try db.reports.find(first.id) == first)
            let (before, after) = (world.now - .seconds(1), world.now)
            #expect(try db.reports.count(by: cleo.id, since: before) == 3)
            #expect(try db.reports.count(by: cleo.id, since: after) == 0)
            #expect(try db.reports.count(from: ben.host, since: before) == 2)
            #expect(try db.reports.page(.init(school: nil)).count == 5)
            var query = ReportStore.Query(school: north.id, limit: 2)
            let page = try db.reports.page(query)
            #expect(page.count == 2)
            query.before = page.last?.id
            #expect(try db.reports.page(query).last?.id == first.id)
            query = .init(school: north.id)
            query.notAbout = ada.id
            #expect(try db.reports.page(query).map(\.reported) == [cleo.id])
            query.notAbout = nil
            query.reporter = cleo.id
            #expect(try db.reports.page(query).count == 2)
            first.state = .resolved
            first.assignee = cleo.id
            first.outcome = .warned
            first.changedAt = world.now + .seconds(5)
            try db.reports.update(first)
            #expect(try db.reports.page(.init(school: nil, states: [.resolved])) == [first])
            let note = Report.Note(id: world.id(), report: own.id, by: "x", text: "y", createdAt: world.now)
            try db.reports.insert(note)
            #expect(try db.reports.notes(of: own.id) == [note])
            #expect(try db.reports.notes(of: first.id).isEmpty)
        }
    }

    @Test(
        "whom a moderator has limited is in no feed, hashtag, search or notice but of followers; then again in all",
        arguments: Engine.all
    )
    func limits(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let (ada, cleo, dan) = (
                try world.person("ada", at: north), try world.person("cleo", at: north),
                try world.person("dan", at: north)
            )
            try world.follow(cleo, ada)
            for reader in [cleo, dan] {
                try db.hashtags.follow(
                    FollowedHashtag(id: world.id(), account: reader.id, name: "maths", createdAt: world.now)
                )
            }
            func post() throws -> Post {
                var post = try world.newPost(by: ada)
                post.body.text = "rosebud"
                post.body.hashtags = ["maths"]
                try db.posts.insert(post, addressees: [])
                try db.timelines.add(post, to: [north.id])
                return post
            }
            func viewer(_ account: Account) -> Viewer { .account(account.id, school: north.id) }
            func notices(_ account: Account) throws -> Int {
                try db.notices.page(of: account.id, before: nil, limit: 99).count
            }
            func seen(_ account: Account) throws -> [Bool] {
                let shown = try post()
                for (kind, id) in [(Notice.Kind.like, shown.id), (.boost, shown.id)] {
                    try db.notices.insert(
                        Notice(
                            id: world.id(),
                            account: account.id,
                            kind: kind,
                            from: ada.id,
                            post: id,
                            createdAt: world.now
                        )
                    )
                }
                let tag = try db.hashtagPages.page(
                    .init(any: ["maths"]),
                    for: viewer(account),
                    at: north.id,
                    .init(limit: 80)
                )
                return [
                    try db.profiles.localFeed(of: north.id, for: viewer(account)).contains {
                        $0.post.id == shown.id
                    },
                    tag.contains { $0.post.id == shown.id },
                    try db.hashtagPages.search("math", for: viewer(account), at: north.id, limit: 9) == [
                        "maths"
                    ],
                    try db.searches.posts(SearchQuery("rosebud"), for: viewer(account), now: world.now)
                        .contains { $0.post.id == shown.id },
                    try db.searches.accounts("ada", for: account.id, of: north.id).contains {
                        $0.id == ada.id
                    },
                    try db.notices.page(of: account.id, before: nil, limit: 99).contains {
                        $0.post == shown.id
                    },
                    // By name it is found, whoever asks.
                    try db.sights.canSee(viewer(account), shown),
                    try db.profiles.posts(of: ada.id, for: viewer(account)).contains {
                        $0.post.id == shown.id
                    },
                ]
            }
            let all = Array(repeating: true, count: 8)
            #expect(try seen(dan) == all)
            #expect(try seen(cleo) == all)
            try db.accounts.setLimited(ada.id, at: world.now)
            #expect(try seen(dan) == [false, false, false, false, false, false, true, true])
            #expect(try seen(cleo) == all)
            #expect(try db.profiles.localFeed(of: north.id, for: .anonymous).isEmpty)
            #expect(try !db.profiles.localFeed(of: north.id, for: viewer(ada)).isEmpty)
            // A followed hashtag does not bring it in either; following the account does.
            let late = try post()
            func home(_ account: Account) throws -> Bool {
                try db.homeTimelines.page(of: account.id, school: north.id, .init(limit: 80)).contains {
                    $0.post.id == late.id
                }
            }
            #expect(try home(cleo) && !home(dan))
            let wishes = try notices(dan)
            try db.notices.insert(
                Notice(
                    id: world.id(),
                    account: dan.id,
                    kind: .followRequest,
                    from: ada.id,
                    post: nil,
                    createdAt: world.now
                )
            )
            #expect(try notices(dan) == wishes + 1)
            try db.accounts.setLimited(ada.id, at: nil)
            #expect(try seen(dan) == all)
        }
    }
}
