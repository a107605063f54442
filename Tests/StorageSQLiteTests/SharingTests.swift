import Foundation
import Storage
import Testing

@testable import StorageSQLite

@Suite("Sharing a file")
struct SharingTests {
    @Test("two openings of one file write side by side and lose nothing")
    func twoWriters() async throws {
        try await withDatabase { server, folder in
            let command = try await SQLiteDatabase.open(path: folder.database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask { try await server.insert("server \(number)") }
                    group.addTask { try await command.insert("command \(number)") }
                }
                try await group.waitForAll()
            }
            #expect(try await server.words().count == 200)
            #expect(try await command.words().count == 200)
            try await command.close()
        }
    }

    @Test("a write waits for another's transaction, and gives up as busy after the time-out")
    func busy() async throws {
        try await withDatabase { server, folder in
            var options = SQLiteOptions()
            options.busyTimeout = .milliseconds(50)
            let command = try await SQLiteDatabase.open(path: folder.database, options: options)
            let gate = Gate()
            let holder = Task {
                try await server.write { db in
                    try db.run("INSERT INTO word (text) VALUES ('held')")
                    gate.pass()
                }
            }
            await gate.reached()
            await #expect(throws: StorageError.busy) { try await command.insert("impatient") }
            gate.open()
            _ = try await holder.value
            try await command.insert("patient")
            #expect(try await server.words() == ["held", "patient"])
            try await command.close()
        }
    }

    private func tryLock(_ path: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--nonblock", "--conflict-exit-code", "9", path, "true"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test("another process cannot take the serving lock while it is held, and can afterwards")
    func processes() throws {
        let folder = try TemporaryFolder()
        let lock = try SQLiteProcessLock.acquire(forDatabaseAt: folder.database)
        #expect(try folder.mode(of: folder.database + ".lock") == 0o600)
        #expect(try tryLock(folder.database + ".lock") == 9)
        lock.release()
        #expect(try tryLock(folder.database + ".lock") == 0)
    }

    @Test("a second server is refused by name and process, also by another name of the file")
    func lock() throws {
        let folder = try TemporaryFolder()
        let link = folder.path + "/link.sqlite"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.database)
        let path = try DatabasePath(folder.database).text
        let lock = try SQLiteProcessLock.acquire(forDatabaseAt: folder.database)
        for name in [
            folder.database, link,
            folder.path + "/../" + (folder.path as NSString).lastPathComponent
                + "/school.sqlite",
        ] {
            #expect(throws: StorageError.locked(path: path, processID: getpid())) {
                try SQLiteProcessLock.acquire(forDatabaseAt: name)
            }
        }
        let other = try SQLiteProcessLock.acquire(forDatabaseAt: folder.path + "/other.sqlite")
        lock.release()
        lock.release()
        try SQLiteProcessLock.acquire(forDatabaseAt: link).release()
        other.release()
    }

    @Test("a lock that nobody refers to any more is free", .timeLimit(.minutes(10)))
    func abandonedLock() async throws {
        let folder = try TemporaryFolder()
        _ = try SQLiteProcessLock.acquire(forDatabaseAt: folder.database)
        // A child that another test is just starting holds our files until it becomes its program.
        while (try? SQLiteProcessLock.acquire(forDatabaseAt: folder.database)) == nil { await Task.yield() }
    }

    @Test("a copy taken under load is a sound database of one instant, and overwrites nothing")
    func backup() async throws {
        try await withDatabase { database, folder in
            try await database.insert("first")
            let load = Task {
                var number = 0
                while !Task.isCancelled {
                    number += 1
                    let text = "\(number)"
                    try await database.write { db in
                        try db.run("INSERT INTO word (text) VALUES ('a' || \(text))")
                        try db.run("INSERT INTO word (text) VALUES ('b' || \(text))")
                    }
                }
            }
            let target = folder.path + "/backup.sqlite"
            try await database.backup(to: target)
            load.cancel()
            try await load.value
            #expect(try folder.mode(of: target) == 0o600)
            await #expect(throws: StorageError.self) { try await database.backup(to: target) }
            #expect(try await SQLiteDatabase.integrityProblems(ofCopyAt: target).isEmpty)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy {
                    !$0.hasPrefix("backup.sqlite") || $0 == "backup.sqlite"
                }
            )
            let copy = try await SQLiteDatabase.open(path: target)
            #expect(try await copy.integrityProblems().isEmpty)
            #expect(try await copy.words().count % 2 == 1)
            #expect(try await copy.words().first == "first")
            try await copy.close()
        }
    }

    @Test("damage is found by the integrity check")
    func damage() async throws {
        try await withDatabase { database, folder in
            for number in 0..<50 {
                try await database.insert(String(repeating: "x", count: 300) + "\(number)")
            }
            #expect(try await database.integrityProblems().isEmpty)
            let target = folder.path + "/damaged.sqlite"
            try await database.backup(to: target)
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: target))
            let size = try file.seekToEnd()
            try file.seek(toOffset: size - 4096)
            try file.write(contentsOf: Data(repeating: 0x5A, count: 4096))
            try file.close()
            #expect(try await !SQLiteDatabase.integrityProblems(ofCopyAt: target).isEmpty)
        }
    }
}
