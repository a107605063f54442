import Storage
import Synchronization
import Testing

@testable import StorageSQLite

@Suite("Migrations")
struct MigratorTests {
    private static let two: [Migration] = [
        Migration(version: 1, name: "words") { db in
            try db.run("CREATE TABLE first (id \(fragment: db.dialect.identityKey))")
        },
        Migration(version: 4, name: "more") { db in
            try db.run("CREATE TABLE second (id \(fragment: db.dialect.identityKey))")
        },
    ]

    private func versions(_ database: SQLiteDatabase) async throws -> [Int] {
        try await database.read { db in
            try db.run("SELECT version FROM schema_version ORDER BY version").map { row in try row["version"]
            }
        }
    }

    @Test("each is applied once, in order")
    func applying() async throws {
        try await withDatabase { database, _ in
            try await Migrator.migrate(database, [Self.two[0]])
            #expect(try await versions(database) == [1])
            for _ in 0..<2 { try await Migrator.migrate(database, Self.two) }
            #expect(try await versions(database) == [1, 4])
            #expect(try await database.number("SELECT COUNT(*) AS n FROM second") == 0)
        }
    }

    @Test("one that fails leaves nothing behind, and those before it stay")
    func atomicity() async throws {
        struct Failure: Error {}
        let failing = Migration(version: 5, name: "failing") { db in
            try db.run("CREATE TABLE third (id BIGINT)")
            try db.run("INSERT INTO first (id) VALUES (1)")
            throw Failure()
        }
        try await withDatabase { database, _ in
            await #expect(throws: Failure.self) { try await Migrator.migrate(database, Self.two + [failing]) }
            #expect(try await versions(database) == [1, 4])
            #expect(try await database.number("SELECT COUNT(*) AS n FROM first") == 0)
            #expect(
                try await database.number("SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'third'") == 0
            )
            try await Migrator.migrate(database, Self.two)
        }
    }

    @Test("a newer schema is refused and nothing is changed")
    func newer() async throws {
        try await withDatabase { database, folder in
            try await Migrator.migrate(database, Self.two)
            let (bytes, log) = (
                try folder.bytes(of: database.path), try folder.bytes(of: database.path + "-wal")
            )
            await #expect(throws: StorageError.newerSchema(found: 4, known: 1)) {
                try await Migrator.migrate(database, [Self.two[0]])
            }
            #expect(try folder.bytes(of: database.path) == bytes)
            #expect(try folder.bytes(of: database.path + "-wal") == log)
        }
    }

    @Test("a list out of order is refused")
    func order() async throws {
        try await withDatabase { database, _ in
            for list in [[Self.two[1], Self.two[0]], [Self.two[0], Self.two[0]]] {
                await #expect(throws: StorageError.self) { try await Migrator.migrate(database, list) }
            }
        }
        #expect(try Migrator.newestVersion(of: Self.two) == 4)
        #expect(try Migrator.newestVersion(of: []) == 0)
    }

    @Test("two that start at once apply each migration once")
    func race() async throws {
        let folder = try TemporaryFolder()
        let applied = Mutex(0)
        let migrations = (1...6).map { version in
            Migration(version: version, name: "step") { db in
                applied.withLock { $0 += 1 }
                try db.run("CREATE TABLE IF NOT EXISTS log (version BIGINT)")
                try db.run("INSERT INTO log (version) VALUES (\(version))")
            }
        }
        let first = try await SQLiteDatabase.open(path: folder.database)
        let second = try await SQLiteDatabase.open(path: folder.database)
        async let one: Void = Migrator.migrate(first, migrations)
        async let two: Void = Migrator.migrate(second, migrations)
        _ = try await (one, two)
        #expect(applied.withLock { $0 } == 6)
        #expect(try await first.number("SELECT COUNT(*) AS n FROM log") == 6)
        try await first.close()
        try await second.close()
    }
}
