import Domain
import Storage
import Testing

@Suite("Home timelines")
struct HomeTimelineTests {
    @Test(
        "a post stands with its author and their accepted followers in schools that allow it",
        arguments: Engine.all
    )
    func adding(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let post = try world.post(by: scene.ada)
            try world.db.timelines.add(post, to: [scene.north.id, scene.south.id])
            try world.db.timelines.add(post, to: [scene.north.id, scene.south.id])
            #expect(try scene.readers(of: post) == ["ada", "mate", "sue"])
            let narrow = try world.post(by: scene.ada)
            try world.db.timelines.add(narrow, to: [scene.north.id])
            #expect(try scene.readers(of: narrow) == ["ada", "mate"])
            let nowhere = try world.post(by: scene.ada)
            try world.db.timelines.add(nowhere, to: [])
            #expect(try scene.readers(of: nowhere) == ["ada"])
            let peers = try world.post(by: scene.ben)
            try world.db.timelines.add(peers, to: [scene.north.id, scene.south.id])
            #expect(try scene.readers(of: peers) == ["ada"])
        }
    }

    @Test("school posts stay in the school, direct ones with those they address", arguments: Engine.all)
    func audiences(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let schools = [scene.north.id, scene.south.id]
            let school = try world.post(by: scene.ada, .school)
            try world.db.timelines.add(school, to: schools)
            #expect(try scene.readers(of: school) == ["ada", "mate"])
            let direct = try world.post(by: scene.ada, .direct, to: [scene.sue, scene.pia, scene.ben])
            try world.db.timelines.add(direct, to: schools)
            #expect(try scene.readers(of: direct) == ["ada", "sue"])
            try world.db.timelines.addForAddressees(of: direct, in: [scene.north.id])
            #expect(try scene.readers(of: direct) == ["ada", "sue"])
            try world.db.timelines.addForAddressees(of: direct, in: schools)
            #expect(try scene.readers(of: direct) == ["ada", "pia", "sue"])
        }
    }

    @Test("a boosted post stands once, and goes with the last reason for it", arguments: Engine.all)
    func boosts(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let db = world.db
            let schools = [scene.north.id, scene.south.id]
            let post = try world.post(by: try world.peer("carl", at: "far.example"))
            try world.follow(scene.sue, scene.mate)
            func boost(_ account: Account) throws -> Reaction {
                let boost = try world.react(.boost, account, post)
                try db.timelines.add(boost, to: schools)
                return boost
            }
            func undo(_ boost: Reaction) throws {
                try db.reactions.remove(boost.id)
                try db.timelines.remove(boost)
            }
            let first = try boost(scene.ada)
            #expect(try scene.readers(of: post) == ["mate", "sue"])
            let second = try boost(scene.mate)
            #expect(try scene.page(of: scene.sue).map(\.boostedBy?.id) == [scene.ada.id])
            try undo(first)
            #expect(try scene.readers(of: post) == ["sue"])
            #expect(try scene.page(of: scene.sue).map(\.boostedBy?.id) == [scene.mate.id])
            #expect(try scene.page(of: scene.sue).map(\.position) == [second.id.rawValue])
            try undo(second)
            #expect(try scene.readers(of: post).isEmpty)
        }
    }

    @Test("an undone boost leaves the post with those who follow its author", arguments: Engine.all)
    func undoneBoostOfFollowed(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let db = world.db
            let carl = try world.peer("carl", at: "far.example")
            try world.follow(scene.sue, carl)
            let post = try world.post(by: carl)
            let boost = try world.react(.boost, scene.ada, post)
            try db.timelines.add(boost, to: [scene.north.id, scene.south.id])
            try db.timelines.add(post, to: [scene.north.id, scene.south.id])
            #expect(try scene.readers(of: post) == ["mate", "sue"])
            try db.reactions.remove(boost.id)
            try db.timelines.remove(boost)
            #expect(try scene.readers(of: post) == ["sue"])
            #expect(try scene.page(of: scene.sue).map(\.position) == [post.id.rawValue])
            #expect(try scene.page(of: scene.sue).map(\.boostedBy?.id) == [nil])
        }
    }

    @Test(
        "when a follow ends, what came by it goes; what came otherwise or was addressed stays",
        arguments: Engine.all
    )
    func unfollowing(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let db = world.db
            let schools = [scene.north.id, scene.south.id]
            let carl = try world.peer("carl", at: "far.example")
            for followed in [scene.mate, carl] { try world.follow(scene.sue, followed) }
            func publish(_ author: Account, to addressees: [Account] = []) throws -> Post {
                let post = try world.post(by: author, to: addressees)
                try db.timelines.add(post, to: schools)
                return post
            }
            func boost(_ account: Account, _ post: Post) throws {
                try db.timelines.add(try world.react(.boost, account, post), to: schools)
            }
            _ = try publish(scene.ada)
            let addressed = try publish(scene.ada, to: [scene.sue])
            let boosted = try publish(scene.ada)
            try boost(scene.mate, boosted)
            let other = try publish(scene.mate)
            let foreign = try world.post(by: scene.ben)
            try boost(scene.ada, foreign)
            let alsoFollowed = try world.post(by: carl)
            try boost(scene.ada, alsoFollowed)
            #expect(try scene.page(of: scene.sue).count == 6)
            let follow = try #require(try db.follows.find(follower: scene.sue.id, followed: scene.ada.id))
            try db.follows.remove(follow.id)
            try db.timelines.remove(author: scene.ada.id, from: scene.sue.id)
            let left = try scene.page(of: scene.sue)
            #expect(Set(left.map(\.post.id)) == [addressed.id, boosted.id, other.id, alsoFollowed.id])
            #expect(left.first { $0.post.id == boosted.id }?.boostedBy?.id == scene.mate.id)
            #expect(try scene.readers(of: foreign) == ["mate"])
        }
    }

    @Test(
        "pages follow each other without gaps or doubles, both ways, while posts arrive",
        arguments: Engine.all
    )
    func paging(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            var random = SeededGenerator(seed: 1)
            let expected = try scene.fill(80, &random)
            #expect(expected.count > 50)
            var back: [PresentedPost] = []
            while true {
                let page = try scene.page(of: scene.sue, .init(before: back.last?.position, limit: 7))
                if page.isEmpty { break }
                #expect(page.count == 7 || page.last?.post.id == expected.first)
                back += page
                let late = try world.post(by: scene.ada)
                try world.db.timelines.add(late, to: [scene.south.id])
            }
            #expect(back.map(\.post.id) == expected.reversed())
            var forth: [PresentedPost] = []
            while true {
                let page = try scene.page(of: scene.sue, .init(after: forth.last?.position ?? 0, limit: 7))
                if page.isEmpty { break }
                #expect(page.map(\.position) == page.map(\.position).sorted(by: >))
                forth += page.reversed()
            }
            #expect(Array(forth.map(\.post.id).prefix(expected.count)) == expected)
            #expect(Set(forth.map(\.post.id)).count == forth.count)
            let since = try scene.page(of: scene.sue, .init(since: back[20].position, limit: 5))
            #expect(since.map(\.post.id) == forth.suffix(5).reversed().map(\.post.id))
        }
    }

    @Test("a page's limit counts what is shown", arguments: Engine.all)
    func hidden(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let schools = [scene.north.id, scene.south.id]
            try world.follow(scene.sue, scene.mate)
            let foreign = try world.post(by: try world.peer("carl", at: "far.example"))
            try world.db.timelines.add(try world.react(.boost, scene.mate, foreign), to: schools)
            for number in 0..<10 {
                let post = try world.post(by: number < 3 ? scene.ada : scene.mate)
                try world.db.timelines.add(post, to: schools)
            }
            try world.db.accounts.setSuspended(scene.mate.id, at: world.now)
            #expect(
                try scene.page(of: scene.sue, .init(limit: 3)).map(\.author.id) == [
                    scene.ada.id, scene.ada.id, scene.ada.id,
                ]
            )
            #expect(try scene.page(of: scene.sue).count == 3)
            #expect(
                HomeTimelineView.Page(limit: 0).limit == 1 && HomeTimelineView.Page(limit: 999).limit == 80
            )
        }
    }

    @Test(
        "a post is shown with its people, counts, and only such a parent as the viewer may see",
        arguments: Engine.all
    )
    func presenting(engine: Engine) async throws {
        try await engine.withWorld { world in
            let scene = try Scene(world)
            let db = world.db
            let parent = try world.post(by: scene.mate, .school)
            let post = try world.post(by: scene.ada, to: [scene.sue, scene.ben], answers: parent)
            try db.timelines.add(post, to: [scene.south.id, scene.north.id])
            try world.post(by: scene.mate, answers: post)
            try world.react(.like, scene.sue, post)
            try world.react(.boost, scene.mate, post)
            let shown = try #require(try scene.page(of: scene.sue).first)
            #expect(shown.post == post && shown.author == scene.ada && shown.parent == nil)
            #expect(Set(shown.addressees) == [scene.sue, scene.ben])
            #expect(shown.counts.likes == 1 && shown.counts.boosts == 1 && shown.replies == 1)
            #expect(shown.ownReactions == [.like] && shown.boostedBy == nil)
            let own = try #require(try scene.page(of: scene.ada).first)
            #expect(own.parent == parent && own.ownReactions.isEmpty)
        }
    }
}

/// Two schools; `ada` of the first has two followers, one who asked, and follows the peer `ben`, who follows back.
private struct Scene {
    let world: World
    let north: School
    let south: School
    let ada: Account
    let mate: Account
    let sue: Account
    let pia: Account
    let ben: Account

    init(_ world: World) throws {
        self.world = world
        north = try world.school("north.example", .open)
        south = try world.school("south.example", .open)
        ada = try world.person("ada", at: north)
        mate = try world.person("mate", at: north)
        sue = try world.person("sue", at: south)
        pia = try world.person("pia", at: south)
        ben = try world.peer("ben", at: "far.example")
        for follower in [mate, sue, ben] { try world.follow(follower, ada) }
        try world.follow(pia, ada, .pending)
        try world.follow(ada, ben)
    }

    /// In whose timelines a post stands, by name.
    func readers(of post: Post) throws -> [String] {
        try [ada, mate, pia, sue, ben].filter { account in
            try !world.db.run(
                "SELECT 1 AS found FROM timeline_entry WHERE account_id = \(account.id) AND post_id = \(post.id)"
            ).isEmpty
        }.map(\.handle.name).sorted()
    }

    func page(of account: Account, _ page: HomeTimelineView.Page = .init(limit: 80)) throws -> [PresentedPost]
    {
        try world.db.homeTimelines.page(of: account.id, school: account.school ?? north.id, page)
    }

    /// Has posts and boosts come into `sue`'s timeline, some of them old, deleted, or for others.
    ///
    /// - Returns: what she should see, oldest first.
    func fill(_ count: Int, _ random: inout SeededGenerator) throws -> [Post.ID] {
        var entries: [(position: Int64, post: Post.ID)] = []
        for number in 0..<count {
            world.advance(.seconds(1))
            switch number % 8 {
            case 0:
                let foreign = try world.post(by: ben)
                let boost = try world.react(.boost, ada, foreign)
                try world.db.timelines.add(boost, to: [south.id])
                entries.append((boost.id.rawValue, foreign.id))
            case 1:
                let post = try world.post(by: ada)
                try world.db.timelines.add(post, to: [south.id])
                try world.db.posts.bury(post.id, at: world.now)
            case 2:
                let old = Post(
                    id: world.id(at: world.now - .hours(Int64.random(in: 1...48, using: &random))),
                    uri: try URI("https://north.example/old/\(number)"),
                    author: ada.id,
                    audience: .followers,
                    body: Post.Body(html: "", text: ""),
                    publishedAt: world.now
                )
                try world.db.posts.insert(old, addressees: [])
                try world.db.timelines.add(old, to: [south.id])
                entries.append((old.id.rawValue, old.id))
            default:
                let post = try world.post(by: ada, number % 8 == 3 ? .school : .public)
                try world.db.timelines.add(post, to: [south.id, north.id])
                if post.audience == .public { entries.append((post.id.rawValue, post.id)) }
            }
        }
        return entries.sorted { $0.position < $1.position }.map(\.post)
    }
}
