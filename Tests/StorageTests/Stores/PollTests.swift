import Domain
import Storage
import Testing

@Suite("Polls")
struct PollTests {
    private static func poll(
        _ post: Post,
        _ names: [String] = ["Tea", "Coffee", "Milk"],
        isMultiple: Bool = false,
        endsAt: Timestamp?
    ) -> Poll {
        Poll(
            post: post.id,
            options: names.map { Poll.Option(name: $0, title: $0) },
            isMultiple: isMultiple,
            endsAt: endsAt
        )
    }

    @Test("a poll is read as it was written, beside others, and goes with its post", arguments: Engine.all)
    func whole(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            let (post, other) = (try world.post(by: ada), try world.post(by: ada))
            let poll = Poll(
                post: post.id,
                options: [
                    Poll.Option(name: "a\u{301}", title: "á", votes: nil),
                    Poll.Option(name: "\u{E1}", title: "á", votes: 7),
                ],
                isMultiple: true,
                hidesTotals: true,
                endsAt: world.now + .days(1),
                voters: nil,
                flaws: [.badCounts, .tooManyOptions]
            )
            try db.polls.insert(poll)
            try db.polls.insert(Self.poll(other, endsAt: nil))
            #expect(try db.polls.find(post.id) == poll)
            // By bytes: to Swift the two names are one.
            #expect(poll.place(of: "\u{E1}") == 1 && poll.place(of: "a\u{301}") == 0)
            _ = try db.polls.vote(in: other.id, by: ada.id, for: [1], at: world.now)
            try db.posts.bury(post.id, at: world.now)
            #expect(try db.polls.find(of: [post.id, other.id]).keys.sorted() == [other.id])
            try db.posts.bury(other.id, at: world.now)
            for table: SQL in ["poll", "poll_option", "poll_vote"] {
                #expect(try db.run("SELECT * FROM \(fragment: table)").isEmpty)
            }
        }
    }

    @Test("each account votes once, by the rules of the poll, and not after its end", arguments: Engine.all)
    func rules(engine: Engine) async throws {
        try await engine.withWorld { world in
            let (db, now) = (world.db, world.now)
            let school = try world.school("north.example")
            let (ada, ben) = (try world.person("ada", at: school), try world.person("ben", at: school))
            let (single, several, bare) = (
                try world.post(by: ada), try world.post(by: ada), try world.post(by: ada)
            )
            try db.polls.insert(Self.poll(single, endsAt: now + .hours(1)))
            try db.polls.insert(Self.poll(several, isMultiple: true, endsAt: nil))
            func vote(_ post: Post, _ choices: [Int], at time: Timestamp) throws -> PollStore.Counting {
                try db.polls.vote(in: post.id, by: ben.id, for: choices, at: time)
            }
            #expect(try vote(bare, [0], at: now) == .noPoll)
            for choices in [[], [3], [-1], [0, 1], [Int.max]] {
                #expect(try vote(single, choices, at: now) == .notAChoice, "\(choices)")
            }
            #expect(try vote(several, [1, 1], at: now) == .notAChoice)
            #expect(try vote(single, [2], at: now + .hours(1)) == .over)
            #expect(try db.polls.find(single.id)?.votes == 0)
            #expect(try vote(single, [2], at: now + .minutes(59)) == .counted)
            #expect(try vote(single, [2], at: now) == .again && vote(single, [1], at: now) == .again)
            #expect(try vote(several, [0, 2], at: now) == .counted)
            #expect(try vote(several, [1, 2], at: now) == .again)
            #expect(try vote(several, [1], at: now) == .counted)
            #expect(try db.polls.find(single.id)?.options.map(\.votes) == [0, 0, 1])
            let found = try #require(try db.polls.find(several.id))
            #expect(found.options.map(\.votes) == [1, 1, 1] && found.voters == 1)
            #expect(
                try db.polls.own(of: ben.id, in: [single.id, several.id]) == [
                    single.id: [2], several.id: [0, 1, 2],
                ]
            )
            #expect(try db.polls.own(of: ada.id, in: [single.id]).isEmpty)
            #expect(try db.polls.voters(in: several.id) == [ben.id])
            // Who is gone is forgotten; what was counted stays.
            try db.buryAccount(ben.id, at: now)
            while try db.burials.proceed(limit: 2) {}
            #expect(try db.polls.voters(in: several.id).isEmpty)
            #expect(try db.polls.find(several.id)?.votes == 3)
        }
    }

    @Test("votes of one account at the same instant are counted once", arguments: Engine.all)
    func race(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let (now, post, ben) = try await database.write { db in
                let world = World(db)
                let ada = try world.ada()
                let post = try world.post(by: ada)
                try db.polls.insert(Self.poll(post, endsAt: nil))
                return (world.now, post, try world.peer("ben", at: "far.example"))
            }
            let counted = try await withThrowingTaskGroup(of: PollStore.Counting.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        try await database.write { db in
                            try db.polls.vote(in: post.id, by: ben.id, for: [number % 3], at: now)
                        }
                    }
                }
                return try await group.reduce(into: [PollStore.Counting]()) { $0.append($1) }
            }
            #expect(counted.filter { $0 == .counted }.count == 1)
            #expect(counted.filter { $0 == .again }.count == 23)
            let poll = try await database.read { try $0.polls.find(post.id) }
            #expect(poll?.votes == 1 && poll?.voters == 1)
        }
    }

    @Test("a poll is due for its counts, then for its end, each taken once", arguments: Engine.all)
    func due(engine: Engine) async throws {
        try await engine.withWorld { world in
            let (db, now) = (world.db, world.now)
            let ada = try world.ada()
            let post = try world.post(by: ada)
            var poll = Self.poll(post, endsAt: now + .hours(1))
            try db.polls.insert(poll)
            #expect(try !db.polls.isAnyDue(at: now + .minutes(59)))
            try db.polls.setDue(post.id, by: now + .minutes(3))
            try db.polls.setDue(post.id, by: now + .minutes(9))
            #expect(try db.polls.takeDue(at: now + .minutes(2)) == nil)
            #expect(try db.polls.isAnyDue(at: now + .minutes(3)))
            #expect(try db.polls.takeDue(at: now + .minutes(3))?.post == post.id)
            #expect(try db.polls.takeDue(at: now + .minutes(30)) == nil)
            let end = now + .hours(1)
            #expect(try db.polls.takeDue(at: end)?.isOver(at: end) == true)
            try db.polls.end(post.id, at: end)
            #expect(try db.polls.find(post.id)?.endedAt == end)
            try db.polls.setDue(post.id, by: end)
            #expect(try !db.polls.isAnyDue(at: end + .days(9)))
            // Its home says that it goes on, and then that it was closed: that is news, once.
            poll.endsAt = end + .hours(1)
            try db.polls.update(poll)
            poll.endsAt = end
            poll.endedAt = end
            try db.polls.update(poll)
            #expect(try db.polls.takeDue(at: end)?.endedAt == end)
            try db.polls.update(poll)
            #expect(try !db.polls.isAnyDue(at: end + .days(9)))
        }
    }

    @Test("other answers make what was chosen void", arguments: Engine.all)
    func replaced(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            let post = try world.post(by: ada)
            let poll = Self.poll(post, endsAt: nil)
            try db.polls.insert(poll)
            _ = try db.polls.vote(in: post.id, by: ada.id, for: [0], at: world.now)
            let other = Self.poll(post, ["Tea", "Water"], endsAt: nil)
            #expect(poll.asksTheSame(as: poll) && !poll.asksTheSame(as: other))
            try db.polls.replace(with: other)
            #expect(try db.polls.find(post.id) == other)
            #expect(try db.polls.own(of: ada.id, in: [post.id]).isEmpty)
        }
    }
}
