import Domain
import Storage
import StorageSQLite

/// A database as a district has after years, written straight into the tables: one reader who follows 500 of 2,000
/// peers, their posts, and 5,000 colleagues who follow one of ours.
struct ReadingWorld: Sendable {
    let database: SQLiteDatabase
    let reader: Account
    let school: School
    /// One of ours whom 5,000 of ours follow.
    let star: Account
    let now: Timestamp
    let ids: IDGenerator

    private static let followed = 500
    private static let authors = 2_000
    static let fans = 5_000
    private static let batch = 2_000

    /// Makes it; takes some minutes for a million posts.
    static func make(at path: String, posts: Int) async throws -> ReadingWorld {
        let database = try await SQLiteDatabase.open(path: path)
        try await Migrator.migrate(database, Schema.migrations)
        let clock = SystemClock()
        let ids = IDGenerator(clock: clock)
        let school = School(
            id: ids.next(),
            origin: try Origin("https://north.example"),
            name: "North High",
            federation: .open,
            mediaKey: "a key for measuring",
            createdAt: clock.now()
        )
        let maker = AccountMaker(school: school, ids: ids, now: clock.now())
        let (reader, star) = (try maker.local("ada"), try maker.local("star"))
        let world = ReadingWorld(
            database: database,
            reader: reader,
            school: school,
            star: star,
            now: clock.now(),
            ids: ids
        )
        try await database.write { db in
            try db.schools.insert(school)
            for account in [reader, star] { try db.accounts.insert(account) }
        }
        try await world.addPosts(posts, by: try await world.addAuthors(maker))
        try await world.addFans(maker)
        _ = try await database.write { db in try db.run("ANALYZE") }
        return world
    }

    private func addAuthors(_ maker: AccountMaker) async throws -> [Account] {
        let authors = try (0..<Self.authors).map { try maker.remote("t\($0)", at: "peer\($0 % 50).example") }
        let reader = reader
        try await database.write { db in
            for (index, author) in authors.enumerated() {
                try db.accounts.insert(author)
                if index < Self.followed { try db.follows.insert(try maker.follow(reader, author)) }
            }
        }
        return authors
    }

    private func addFans(_ maker: AccountMaker) async throws {
        let star = star
        try await database.write { db in
            for number in 0..<Self.fans {
                let fan = try maker.local("fan\(number)")
                try db.accounts.insert(fan)
                try db.follows.insert(try maker.follow(fan, star))
            }
        }
    }

    /// One post every two minutes until now, by each author in turn.
    private func addPosts(_ count: Int, by authors: [Account]) async throws {
        let texts = ReadingTexts()
        for start in stride(from: 0, to: count, by: Self.batch) {
            let posts = try (start..<min(start + Self.batch, count)).map { number in
                let author = authors[number % authors.count]
                let time = now - .minutes(2 * Int64(count - number))
                return Post(
                    id: ids.next(at: time),
                    uri: try URI("\(author.uri)/posts/\(number)"),
                    author: author.id,
                    audience: .public,
                    body: texts.body(number),
                    publishedAt: time
                )
            }
            let schools = [school.id]
            try await database.write { db in
                for post in posts {
                    try db.posts.insert(post, addressees: [])
                    try db.timelines.add(post, to: schools)
                }
            }
        }
    }
}

/// Makes the accounts of a world.
struct AccountMaker: Sendable {
    let school: School
    let ids: IDGenerator
    let now: Timestamp

    func local(_ name: String) throws -> Account {
        let (id, uris): (Account.ID, LocalActorURIs) = (ids.next(), LocalActorURIs(origin: school.origin))
        return Account(
            id: id,
            school: school.id,
            uri: uris.actor(id),
            handle: try Handle(local: name, host: school.host),
            kind: .person,
            endpoints: uris.endpoints(id),
            createdAt: now
        )
    }

    func remote(_ name: String, at host: String) throws -> Account {
        let uri = try URI("https://\(host)/users/\(name)")
        return Account(
            id: ids.next(),
            school: nil,
            uri: uri,
            handle: try Handle(remote: name, host: Host(host)),
            kind: .person,
            endpoints: Account.Endpoints(inbox: uri.appending(path: "/inbox")),
            fetchedAt: now,
            createdAt: now
        )
    }

    func follow(_ follower: Account, _ followed: Account) throws -> Follow {
        let id: Follow.ID = ids.next()
        return Follow(
            id: id,
            follower: follower.id,
            followed: followed.id,
            uri: try URI("https://north.example/ap/activities/\(id)"),
            state: .accepted,
            createdAt: now
        )
    }
}

/// Texts of 40 words with a usual spread: of 5,000 words a few stand in every tenth post, most in few.
struct ReadingTexts: Sendable {
    /// In one post of ten.
    static let common = "homework"
    /// In one post of a thousand.
    static let rare = "palimpsest"

    func body(_ number: Int) -> Post.Body {
        var state = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        var words = (0..<40).map { _ in "w\(min(next() % 5_000, next() % 5_000))" }
        if number % 10 == 3 { words[7] = Self.common }
        if number % 1_000 == 3 { words[8] = Self.rare }
        let text = words.joined(separator: " ")
        return Post.Body(html: "<p>\(text)</p>", text: text)
    }
}
