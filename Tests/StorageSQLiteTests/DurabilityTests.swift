import Foundation
import GRDB
import Storage
import Synchronization
import Testing

@testable import StorageSQLite

@Suite("Durability")
struct DurabilityTests {
    @Test("the writer syncs every commit, keeps foreign keys and a log")
    func settings() async throws {
        try await withDatabase { database, _ in
            let values = try await database.write { db in
                [
                    try db.run("PRAGMA synchronous").first?["synchronous"] as Int?,
                    try db.run("PRAGMA foreign_keys").first?["foreign_keys"],
                    try db.run("PRAGMA wal_autocheckpoint").first?["wal_autocheckpoint"],
                    try db.run("PRAGMA journal_size_limit").first?["journal_size_limit"],
                    try db.run("PRAGMA cache_size").first?["cache_size"],
                    try db.run("PRAGMA trusted_schema").first?["trusted_schema"],
                ]
            }
            #expect(values == [2, 1, 1000, 64 << 20, -2048, 0])
            let mode = try await database.write { db in
                try db.run("PRAGMA journal_mode").first?["journal_mode"] as String?
            }
            #expect(mode == "wal")
        }
    }

    @Test(
        "closing moves the log into the file, also after reads, so that the file alone is the whole database"
    )
    func logIsMoved() async throws {
        let folder = try TemporaryFolder()
        let database = try await SQLiteDatabase.open(path: folder.database)
        try await database.createWords()
        try await database.insert("kept")
        #expect(try await database.words() == ["kept"])
        #expect(try !folder.bytes(of: folder.database + "-wal").isEmpty)
        try await database.close()
        let copy = folder.path + "/copy.sqlite"
        try FileManager.default.copyItem(atPath: folder.database, toPath: copy)
        let copied = try await SQLiteDatabase.open(path: copy)
        #expect(try await copied.words() == ["kept"])
        try await copied.close()
    }

    @Test("weaker settings are found at the start")
    func assertion() throws {
        let folder = try TemporaryFolder()
        let pool = try DatabasePool(path: folder.database)
        try pool.writeWithoutTransaction { database in
            // What GRDB leaves behind.
            #expect(throws: StorageError.self) { try SQLiteDatabase.checkDurability(database) }
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try SQLiteDatabase.checkDurability(database)
            try database.execute(sql: "PRAGMA foreign_keys = OFF")
            #expect(throws: StorageError.self) { try SQLiteDatabase.checkDurability(database) }
        }
    }

    @Test(
        "REL-04: a failed sync ends writing for good, and says so once; reads go on, and so does the next start"
    )
    func poison() async throws {
        let isFailing = Mutex(false)
        let told = Mutex<[StorageError]>([])
        var options = SQLiteOptions()
        options.onPoison = { error in told.withLock { $0.append(error) } }
        let folder = try TemporaryFolder()
        let database = try await SQLiteDatabase.open(path: folder.database, options: options) {
            if isFailing.withLock({ $0 }) { throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC) }
        }
        try await database.createWords()
        try await database.insert("safe")
        #expect(!database.isPoisoned)
        isFailing.withLock { $0 = true }
        await #expect(throws: StorageError.self) { try await database.insert("unsure") }
        isFailing.withLock { $0 = false }
        #expect(database.isPoisoned)
        let error = await #expect(throws: StorageError.self) { try await database.insert("refused") }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(told.withLock(\.count) == 1)
        #expect(try await database.words() == ["safe"])
        try await database.close()
        let again = try await SQLiteDatabase.open(path: folder.database)
        try await again.insert("accepted")
        #expect(try await again.words() == ["safe", "accepted"])
        try await again.close()
    }

    @Test("what is committed is there after the next start")
    func reopening() async throws {
        let folder = try TemporaryFolder()
        for number in 1...3 {
            let database = try await SQLiteDatabase.open(path: folder.database)
            try await database.createWords()
            try await database.insert("word \(number)")
            #expect(try await database.words().count == number)
            try await database.close()
        }
    }

    @Test("closing finishes what waits, refuses what comes later, and may be done twice")
    func closing() async throws {
        let folder = try TemporaryFolder()
        let database = try await SQLiteDatabase.open(path: folder.database)
        try await database.createWords()
        let writes = (0..<50).map { number in Task { try await database.insert("word \(number)") } }
        let waiter = Task { await database.waitForWake(.streaming, timeout: .seconds(60)) }
        for write in writes { try await write.value }
        try await database.close()
        try await database.close()
        #expect(await !waiter.value)
        await #expect(throws: StorageError.closed) { try await database.insert("late") }
        await #expect(throws: StorageError.closed) { _ = try await database.words() }
        #expect(await !database.waitForWake(.streaming, timeout: .seconds(60)))
        let again = try await SQLiteDatabase.open(path: folder.database)
        #expect(try await again.words().count == 50)
        try await again.close()
    }

    @Test("files are for their owner only")
    func modes() async throws {
        try await withDatabase { database, folder in
            try await database.insert("word")
            for suffix in ["", "-wal", "-shm"] {
                #expect(try folder.mode(of: folder.database + suffix) == 0o600, "\(suffix)")
            }
        }
    }
}
