import Foundation
import Storage
import Synchronization

@testable import StorageSQLite

/// A folder for one test's database files; removed at the end.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("staffroom-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/school.sqlite" }

    func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    func bytes(of path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}

/// Opens a database with a table `word (id, text)` for the time of a body.
@discardableResult
func withDatabase<Value: Sendable>(
    _ options: SQLiteOptions = SQLiteOptions(),
    beforeCommit: (@Sendable () throws -> Void)? = nil,
    _ body: (SQLiteDatabase, TemporaryFolder) async throws -> Value
) async throws -> Value {
    let folder = try TemporaryFolder()
    let database = try await SQLiteDatabase.open(
        path: folder.database,
        options: options,
        beforeCommit: beforeCommit
    )
    do {
        try await database.createWords()
        let value = try await body(database, folder)
        try await database.close()
        return value
    } catch {
        try? await database.close()
        throw error
    }
}

extension SQLiteDatabase {
    func createWords() async throws {
        try await write { db in
            let key = db.dialect.identityKey
            try db.run("CREATE TABLE IF NOT EXISTS word (id \(fragment: key), text TEXT NOT NULL UNIQUE)")
        }
    }

    func insert(_ text: String) async throws {
        try await write { db in _ = try db.run("INSERT INTO word (text) VALUES (\(text))") }
    }

    func words() async throws -> [String] {
        try await read { db in
            try db.run("SELECT text FROM word ORDER BY id").map { row in try row["text"] }
        }
    }

    func number(_ sql: SQL) async throws -> Int {
        try await read { db in
            guard let row = try db.run(sql).first else { return 0 }
            return try row["n"]
        }
    }
}

/// Holds a transaction's closure until it is opened.
final class Gate: Sendable {
    private let condition = NSCondition()
    private let isOpen = Mutex(false)
    private let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)

    /// Waits until somebody stands before it; once.
    func reached() async {
        for await _ in arrivals { return }
    }

    func open() {
        condition.withLock {
            isOpen.withLock { $0 = true }
            condition.broadcast()
        }
    }

    /// Blocks the thread; only inside of a transaction's closure.
    func pass() {
        arrival.yield()
        let end = Date(timeIntervalSinceNow: 10)
        condition.withLock {
            while !isOpen.withLock({ $0 }), condition.wait(until: end) {}
        }
    }
}
