import Domain
import Testing

@testable import Storage

/// `canSee` over `SightView`, and `VisibilitySQL`, are one rule in two languages.
@Suite("Who may see a post")
struct SightTests {
    @Test("the rule, as a table", arguments: Engine.all)
    func table(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            // Columns: public, unlisted, school, partners, followers, direct; and the same for the instance alone.
            let expected: [(String, Viewer, String)] = [
                ("anonymous", .anonymous, "yy---- ------"),
                ("author", scene.viewer("ada"), "yyyyyy yyyyyy"),
                ("schoolmate", scene.viewer("mate"), "yyyy-- yyyy--"),
                ("of a school of the instance", scene.viewer("sue"), "yy-y-- yy-y--"),
                ("follower there", scene.viewer("fay"), "yy-yy- yy-yy-"),
                ("asked to follow there", scene.viewer("pia"), "yy-y-- yy-y--"),
                ("addressed there", scene.viewer("amy"), "yyyyyy yyyyyy"),
                ("of a school that ended it, following and addressed", scene.viewer("eve"), "------ ------"),
                ("of a school that paused it", scene.viewer("pam"), "yy---- yy----"),
                ("schoolmate who is blocked", scene.viewer("bob"), "------ ------"),
                ("addressed and following, blocks the author", scene.viewer("bea"), "------ ------"),
                ("approved partner", try scene.server("partner.test"), "yy-y-- ------"),
                ("server that nothing is known of", try scene.server("stranger.test"), "yy---- ------"),
                ("server of a follower", try scene.server("follower.test"), "yy--y- ------"),
                ("server of one who asked", try scene.server("asked.test"), "yy---- ------"),
                ("server of an addressee", try scene.server("addressed.test"), "yyyyyy ------"),
                ("paused partner with a follower", try scene.server("paused.test"), "yy--y- ------"),
                ("ended partner with a follower", try scene.server("ended.test"), "------ ------"),
                (
                    "blocked with a follower and an addressee", try scene.server("blocked.test"),
                    "------ ------"
                ),
                ("below a blocked domain", try scene.server("a.blocked.test"), "------ ------"),
                ("blocked, at a port", try scene.server("blocked.test:81"), "------ ------"),
                ("only named like a blocked domain", try scene.server("unblocked.test"), "yy---- ------"),
            ]
            for (name, viewer, answers) in expected {
                let judged = try scene.posts.map { try world.db.sights.canSee(viewer, $0) ? "y" : "-" }
                    .joined()
                let visible = try world.visible(to: viewer)
                let listed = scene.posts.map { visible.contains($0.id) ? "y" : "-" }.joined()
                let expected = answers.replacing(" ", with: "")
                #expect(judged == expected, "\(name), judged")
                #expect(listed == expected, "\(name), listed")
            }
        }
    }

    @Test("nobody sees what is deleted, or of an author who is suspended or gone", arguments: Engine.all)
    func inactive(engine: Engine) async throws {
        for change in 0..<3 {
            try await engine.withWorld { world in
                let scene = try Scene(world)
                switch change {
                case 0: for post in scene.posts { try world.db.posts.bury(post.id, at: world.now) }
                case 1: try world.db.accounts.setSuspended(scene.posts[0].author, at: world.now)
                default: try world.db.accounts.setGone(scene.posts[0].author, at: world.now)
                }
                let viewers = [
                    Viewer.anonymous, scene.viewer("ada"), scene.viewer("amy"),
                    try scene.server("addressed.test"),
                ]
                for viewer in viewers {
                    #expect(try world.visible(to: viewer).isEmpty)
                    for post in scene.posts {
                        let stored = try #require(try world.db.posts.find(post.id))
                        #expect(try !world.db.sights.canSee(viewer, stored))
                    }
                }
            }
        }
    }

    @Test(
        "a peer's post is seen by its host, by our schools that allow that host, and by nobody else",
        arguments: Engine.all
    )
    func peersPosts(engine: Engine) async throws {
        try await engine.withWorld { world in
            let north = try world.school("north.example")
            let south = try world.school("south.example")
            try world.partner(north, "far.example", .approved)
            let ben = try world.peer("ben", at: "far.example")
            let ada = try world.person("ada", at: north)
            let sue = try world.person("sue", at: south)
            for follower in [ada, sue] { try world.follow(follower, ben) }
            let open = try world.post(by: ben)
            let closed = try world.post(by: ben, .followers)
            #expect(try world.visible(to: .account(ada.id, school: north.id)) == [open.id, closed.id])
            #expect(try world.visible(to: .account(sue.id, school: south.id)).isEmpty)
            #expect(try world.visible(to: .server(ben.handle.host)) == [open.id])
            #expect(try world.visible(to: .server(try Host("other.example"))).isEmpty)
            #expect(try world.visible(to: .anonymous).isEmpty)
        }
    }

    @Test("the list and the single judgement agree in every random world", arguments: Engine.all)
    func agreement(engine: Engine) async throws {
        try await engine.withWorld { world in
            var random = SeededGenerator(seed: 20_261_124)
            var cases = 0
            var seen = 0
            for _ in 0..<15 {
                let chance = try RandomScene(world, &random)
                for viewer in chance.viewers {
                    let visible = try world.visible(to: viewer)
                    for post in chance.posts {
                        let judged = try world.db.sights.canSee(viewer, post)
                        cases += 1
                        seen += judged ? 1 : 0
                        if judged != visible.contains(post.id) {
                            let sight = try world.db.sights.sight(of: post, for: viewer)
                            Issue.record("\(viewer): judged \(judged), listed \(!judged), \(sight)")
                        }
                    }
                }
                try chance.remove()
            }
            #expect(cases > 5_000)
            #expect(seen > cases / 20 && seen < cases * 19 / 20)
        }
    }
}

extension World {
    /// The posts that a list query would give the viewer.
    func visible(to viewer: Viewer) throws -> Set<Post.ID> {
        let rows = try db.run(
            """
            SELECT p.id AS id FROM post p JOIN account w ON w.id = p.account_id
            WHERE \(fragment: VisibilitySQL.condition(for: viewer))
            """
        )
        return Set(try rows.map { row in try row["id"] })
    }
}

/// A school with an author who has written one post for each audience, and all who may look at them.
private struct Scene {
    let posts: [Post]
    private let people: [String: Account]

    init(_ world: World) throws {
        let north = try world.school("north.example", .open)
        let south = try world.school("south.example")
        let apart = try world.school("apart.example")
        let pausing = try world.school("pausing.example")
        try world.partner(apart, "north.example", .ended)
        try world.partner(pausing, "north.example", .paused)
        let homes = [
            "ada": north, "mate": north, "sue": south, "fay": south, "pia": south, "amy": south, "eve": apart,
            "pam": pausing, "bob": north, "bea": south,
        ]
        let people = try Dictionary(
            uniqueKeysWithValues: homes.sorted { $0.key < $1.key }.map { ($0, try world.person($0, at: $1)) }
        )
        self.people = people
        func person(_ name: String) throws -> Account { try #require(people[name]) }
        let ada = try person("ada")
        let hosts = [
            "follower.test", "asked.test", "addressed.test", "paused.test", "ended.test", "blocked.test",
        ]
        let peers = try hosts.map { try world.peer("peer", at: $0) }
        for follower in [try person("fay"), try person("eve"), peers[0], peers[3], peers[4], peers[5]] {
            try world.follow(follower, ada)
        }
        for asking in [try person("pia"), peers[1]] { try world.follow(asking, ada, .pending) }
        try world.partner(north, "partner.test", .approved)
        try world.partner(north, "paused.test", .paused)
        try world.partner(north, "ended.test", .ended)
        try world.partner(north, "blocked.test", .blocked)
        try world.follow(try person("bea"), ada)
        let addressees = [
            try person("amy"), try person("eve"), try person("bea"), peers[2], peers[5],
        ]
        posts = try [false, true].flatMap { isLocalOnly in
            try Audience.allCases.map {
                try world.post(by: ada, $0, to: addressees, isLocalOnly: isLocalOnly)
            }
        }
        try world.block(ada, try person("bob"))
        try world.block(try person("bea"), ada)
    }

    func viewer(_ name: String) -> Viewer {
        guard let account = people[name], let school = account.school else { return .anonymous }
        return .account(account.id, school: school)
    }

    func server(_ host: String) throws -> Viewer { .server(try Host(host)) }
}

/// A world by chance: a few schools, hosts that resemble each other, and everything that may stand between them.
private struct RandomScene {
    private let world: World
    let posts: [Post]
    let viewers: [Viewer]

    init(_ world: World, _ random: inout SeededGenerator) throws {
        self.world = world
        let schools = try ["one.example", "two.example:8443", "three.two.example"].map {
            try world.school($0, random.chance(2) ? .open : .partners)
        }
        let hosts = [
            "far.test", "sub.far.test", "far.test:81", "other.test", "notfar.test", "192.0.2.7",
            "192.0.2.7:81",
        ]
        let known = hosts + schools.map(\.host.description) + ["test", "example", "two.example"]
        for school in schools {
            for host in known where random.chance(3) {
                try world.partner(school, host, random.pick(Partner.State.allCases))
            }
        }
        let locals = try schools.flatMap { school in
            try ["ann", "bob"].map { try world.person($0, at: school) }
        }
        let peers = try hosts.map { try world.peer("peer", at: $0) }
        let people = locals + peers
        for follower in people {
            for followed in people where follower.id != followed.id && random.chance(4) {
                try world.follow(follower, followed, random.chance(3) ? .pending : .accepted)
            }
        }
        for blocker in people {
            for blocked in people where blocker.id != blocked.id && random.chance(10) {
                try world.block(blocker, blocked)
            }
        }
        var posts: [Post] = []
        for author in people {
            for _ in 0..<2 {
                let addressees = people.filter { _ in random.chance(6) }
                let post = try world.post(
                    by: author,
                    random.pick(Audience.allCases),
                    to: addressees,
                    isLocalOnly: random.chance(8)
                )
                if random.chance(12) { try world.db.posts.bury(post.id, at: world.now) }
                posts.append(try #require(try world.db.posts.find(post.id)))
            }
        }
        for account in people where random.chance(10) {
            if random.chance(2) {
                try world.db.accounts.setSuspended(account.id, at: world.now)
            } else {
                try world.db.accounts.setGone(account.id, at: world.now)
            }
        }
        self.posts = posts
        viewers =
            [.anonymous, .account(locals[0].id, school: School.ID(rawValue: 1))]
            + locals.compactMap { account in account.school.map { .account(account.id, school: $0) } }
            + (try known.map { .server(try Host($0)) })
    }

    func remove() throws {
        try world.db.run("DELETE FROM post_addressee")
        try world.db.run("DELETE FROM post")
        try world.db.run("DELETE FROM follow")
        try world.db.run("DELETE FROM block")
        try world.db.run("DELETE FROM account")
        try world.db.run("DELETE FROM partner")
        try world.db.run("DELETE FROM school")
    }
}
