import Storage
import Synchronization
import TestKit
import Testing

@testable import StoragePostgres

/// Runs a body on an empty database of the cluster, with its address.
func onPostgres(
    _ body: @Sendable (PostgresDatabase, PostgresAddress) async throws -> Void
) async throws {
    let made = try await TestDatabase.make(on: .postgres, isMigrated: false)
    do {
        let database = try #require(made.database as? PostgresDatabase)
        try await database.write { db in
            _ = try db.run("CREATE TABLE word (id BIGINT PRIMARY KEY, text TEXT NOT NULL UNIQUE)")
        }
        try await body(database, try PostgresAddress(made.place))
    } catch {
        try await made.remove()
        throw error
    }
    try await made.remove()
}

/// The connections of a database, counted and ended by the server, as a restart would.
func endSessions(of address: PostgresAddress) throws {
    try PostgresCluster.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(address.name ?? "")'"
    )
}

/// Counts across tasks.
private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add() { value.withLock { $0 += 1 } }
}

@Suite("PostgreSQL", .enabled(if: PostgresCluster.address != nil))
struct PostgresTests {
    private func words(_ database: PostgresDatabase) async throws -> Int {
        try await database.read { try $0.run("SELECT id FROM word").count }
    }

    @Test("every value comes back byte for byte, and an empty blob is not NULL")
    func values() async throws {
        try await onPostgres { database, _ in
            let texts: [String?] = [
                "", "👩🏽‍🏫 Grüße", "'; DROP TABLE word; --", String(repeating: "ü", count: 100_000), nil,
            ]
            let blobs: [[UInt8]?] = [[], [0], Array(0...255), nil]
            let numbers: [Int64?] = [.min, .max, 0, -1, nil]
            let reals: [Double?] = [0.1, -1e300, nil]
            let back = try await database.read { db in
                try (
                    texts.map { try db.run("SELECT \($0) AS v").first?["v"] as String? },
                    blobs.map { try db.run("SELECT \($0) AS v").first?["v"] as [UInt8]? },
                    numbers.map { try db.run("SELECT \($0) AS v").first?["v"] as Int64? },
                    reals.map { try db.run("SELECT \($0) AS v").first?["v"] as Double? }
                )
            }
            #expect(back.0 == texts && back.1 == blobs && back.2 == numbers && back.3 == reals)
        }
    }

    @Test("sums are exact integers, booleans 0 or 1, and what does not fit is an error")
    func numbers() async throws {
        try await onPostgres { database, _ in
            let sums: [(SQL, Int64)] = [
                ("SELECT SUM(n) AS v FROM (VALUES (9223372036854775806::BIGINT), (1)) AS t (n)", .max),
                ("SELECT -9223372036854775808::NUMERIC AS v", .min), ("SELECT 0::NUMERIC AS v", 0),
                ("SELECT 120000000::NUMERIC AS v", 120_000_000), ("SELECT -10001::NUMERIC AS v", -10_001),
                ("SELECT 7::SMALLINT AS v", 7), ("SELECT COUNT(*) AS v FROM word", 0),
                ("SELECT 1 = 1 AS v", 1),
            ]
            for (sql, value) in sums {
                let read: Int64? = try await database.read { db in try db.run(sql).first?["v"] }
                #expect(read == value, "\(sql)")
            }
            for sql: SQL in [
                "SELECT 9223372036854775808::NUMERIC AS v", "SELECT 0.5::NUMERIC AS v", "SELECT now() AS v",
            ] {
                await #expect(throws: StorageError.self) { try await database.read { try $0.run(sql).count } }
            }
        }
    }

    @Test("text with a NUL character is refused, and ids that Swift calls equal are different rows")
    func texts() async throws {
        try await onPostgres { database, _ in
            await #expect(throws: StorageError.self) {
                try await database.write { try $0.run("INSERT INTO word VALUES (1, \("a\0b"))").count }
            }
            for (id, text) in [(1, "caf\u{E9}"), (2, "cafe\u{301}")] {
                try await database.write { db in _ = try db.run("INSERT INTO word VALUES (\(id), \(text))") }
            }
            await #expect(throws: StorageError.constraint(on: "word_text_key")) {
                try await database.write { try $0.run("INSERT INTO word VALUES (3, \("caf\u{E9}"))").count }
            }
        }
    }

    @Test("a swallowed error loses the whole transaction; a read cannot write; statements are one at a time")
    func refusals() async throws {
        try await onPostgres { database, _ in
            await #expect(throws: StorageError.self) {
                try await database.write { db in
                    try db.run("INSERT INTO word VALUES (1, 'a')")
                    _ = try? db.run("INSERT INTO word VALUES (1, 'b')")
                }
            }
            for sql: SQL in [
                "COMMIT", "rollback", "SELECT 1; SELECT 2", "", "SELECT nothing FROM nowhere",
                "START TRANSACTION",
            ] {
                await #expect(throws: StorageError.self) {
                    try await database.write { try $0.run(sql).count }
                }
            }
            await #expect(throws: StorageError.self) {
                try await database.read { try $0.run("INSERT INTO word VALUES (1, 'a')").count }
            }
            let left = try await words(database)
            #expect(left == 0)
        }
    }

    /// Changes two rows, with time for somebody else to change the second one first.
    private func update(_ first: Int, _ second: Int, _ database: PostgresDatabase, _ runs: Counter)
        async throws
    {
        try await database.write { db in
            runs.add()
            try db.run("UPDATE word SET text = text || 'x' WHERE id = \(first)")
            try db.run("SELECT pg_sleep(0.2)")
            try db.run("UPDATE word SET text = text || 'y' WHERE id = \(second)")
        }
    }

    @Test("a deadlock is resolved by running one of the two again")
    func deadlock() async throws {
        try await onPostgres { database, _ in
            try await database.write { db in _ = try db.run("INSERT INTO word VALUES (1, 'a'), (2, 'b')") }
            let runs = Counter()
            async let one: Void = update(1, 2, database, runs)
            async let two: Void = update(2, 1, database, runs)
            _ = try await (one, two)
            #expect(runs.count == 3)
            let texts = try await database.read {
                try $0.run("SELECT text FROM word ORDER BY id").map { try $0["text"] as String }
            }
            #expect(texts.allSatisfy { $0.count == 3 })
        }
    }

    @Test("after the server has ended every session, the next transaction has a new one; one under way fails")
    func restart() async throws {
        try await onPostgres { database, address in
            for number in 1...3 {
                try endSessions(of: address)
                try await database.write { db in
                    _ = try db.run("INSERT INTO word VALUES (\(number), \("\(number)"))")
                }
            }
            let error = await #expect(throws: StorageError.self) {
                try await database.write { db in
                    try db.run("INSERT INTO word VALUES (9, 'lost')")
                    try endSessions(of: address)
                }
            }
            #expect(error?.isTransient == true)
            #expect(try await words(database) == 3)
        }
    }

    @Test("a statement that takes too long is stopped, and a lock that does not come is busy")
    func limits() async throws {
        try await onPostgres { database, address in
            var options = PostgresOptions()
            options.statementLimit = .milliseconds(100)
            options.lockLimit = .milliseconds(50)
            let hasty = try await PostgresDatabase.open(address, options: options)
            let error = await #expect(throws: StorageError.self) {
                try await hasty.read { try $0.run("SELECT pg_sleep(5)").count }
            }
            #expect(error?.isTransient == true)
            try await database.write { db in _ = try db.run("INSERT INTO word VALUES (1, 'a')") }
            let (held, hold) = AsyncStream.makeStream(of: Void.self)
            let holder = Task {
                try await database.write { db in
                    try db.run("UPDATE word SET text = 'b'")
                    hold.yield()
                    try db.run("SELECT pg_sleep(0.5)")
                }
            }
            for await _ in held.prefix(1) {}
            await #expect(throws: StorageError.busy) {
                try await hasty.write { try $0.run("UPDATE word SET text = 'c'").count }
            }
            try await holder.value
            try await hasty.close()
        }
    }

    @Test(
        "who waits too long for a connection, or comes when too many wait, is refused; the others get one in turn"
    )
    func pool() async throws {
        try await onPostgres { _, address in
            var options = PostgresOptions()
            options.connections = 1
            let holder = try await PostgresDatabase.open(address, options: options)
            options.waiting = 2
            options.waitLimit = .milliseconds(100)
            (options.lockLimit, options.statementLimit) = (.seconds(600), .seconds(600))
            let database = try await PostgresDatabase.open(address, options: options)
            // A lock of the holder's session: until it is given back, whoever has the connection keeps it.
            try await holder.write { _ = try $0.run("SELECT pg_advisory_lock(7)") }
            @Sendable func slow() async throws {
                try await database.read { _ = try $0.run("SELECT pg_advisory_xact_lock_shared(7)") }
            }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<5 { group.addTask { (try? await slow()) != nil } }
                for _ in 0..<4 { #expect(try await group.next() == false) }
                #expect(database.pool.waitingCount == 0)
                try await holder.write { _ = try $0.run("SELECT pg_advisory_unlock(7)") }
                #expect(try await group.next() == true)
            }
            try await slow()
            try await database.close()
            await #expect(throws: StorageError.closed) { try await slow() }
            try await holder.close()
        }
    }

    @Test("a write wakes those who wait at another process, also after their connection was lost")
    func waking() async throws {
        try await onPostgres { database, address in
            let other = try await PostgresDatabase.open(address)
            for _ in 0..<2 {
                let isWoken = try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask { await other.waitForWake(.deliveries, timeout: .seconds(60)) }
                    // Until it listens, what is sent is lost.
                    group.addTask {
                        while !Task.isCancelled { try await database.write { $0.wake(.deliveries) } }
                        return false
                    }
                    defer { group.cancelAll() }
                    return try await group.next() ?? false
                }
                #expect(isWoken)
                try endSessions(of: address)
            }
            try await other.close()
        }
    }

    @Test("two that migrate at once apply each migration once")
    func migrations() async throws {
        try await onPostgres { database, address in
            let other = try await PostgresDatabase.open(address)
            let applied = Counter()
            let migrations = (1...6).map { version in
                Migration(version: version, name: "step") { db in
                    try db.run("CREATE TABLE IF NOT EXISTS log (version BIGINT)")
                    try db.run("INSERT INTO log (version) VALUES (\(version))")
                    applied.add()
                }
            }
            async let one: Void = Migrator.migrate(database, migrations)
            async let two: Void = Migrator.migrate(other, migrations)
            _ = try await (one, two)
            #expect(applied.count == 6)
            var options = PostgresOptions()
            options.newestKnownSchema = 5
            await #expect(throws: StorageError.newerSchema(found: 6, known: 5)) {
                try await PostgresDatabase.open(address, options: options)
            }
            options.newestKnownSchema = 6
            try await PostgresDatabase.open(address, options: options).close()
            try await other.close()
        }
    }

    @Test("a column that a migration adds is read by statements used before")
    func newColumn() async throws {
        try await onPostgres { database, _ in
            let select: SQL = "SELECT * FROM word"
            try await database.write { db in _ = try db.run("INSERT INTO word VALUES (1, 'a')") }
            for _ in 0..<3 { _ = try await database.read { try $0.run(select).count } }
            try await database.write { db in
                _ = try db.run("ALTER TABLE word ADD COLUMN note TEXT DEFAULT 'new'")
            }
            let note: String? = try await database.read { try $0.run(select).first?["note"] }
            #expect(note == "new")
        }
    }

    @Test("a wrong role or database is refused with what to do, and without the password")
    func advice() async throws {
        try await onPostgres { _, address in
            let text = address.text.replacing("postgres@", with: "nobody:secret@")
            let error = await #expect(throws: StorageError.self) {
                try await PostgresDatabase.open(try PostgresAddress(text))
            }
            #expect("\(String(describing: error))".contains("createuser nobody"))
            #expect(!"\(String(describing: error))".contains("secret"))
        }
    }
}
