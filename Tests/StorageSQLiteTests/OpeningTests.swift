import Foundation
import Storage
import Testing

@testable import StorageSQLite

@Suite("Opening")
struct OpeningTests {
    private func migrated(_ versions: Int) -> [Migration] {
        (1...versions).map { version in Migration(version: version, name: "step \(version)") { _ in } }
    }

    private func expectRefusal(
        _ path: String,
        _ options: SQLiteOptions = SQLiteOptions(),
        _ matches: (StorageError) -> Bool
    ) async {
        let error = await #expect(throws: StorageError.self) {
            try await SQLiteDatabase.open(path: path, options: options).close()
        }
        if let error { #expect(matches(error), "\(error)") }
    }

    @Test("a newer database is refused with its bytes unchanged; one as new as we are opens")
    func newerSchema() async throws {
        let folder = try TemporaryFolder()
        let database = try await SQLiteDatabase.open(path: folder.database)
        try await Migrator.migrate(database, migrated(7))
        try await database.close()
        let bytes = try folder.bytes(of: folder.database)
        var options = SQLiteOptions()
        options.newestKnownSchema = 6
        await expectRefusal(folder.database, options) { $0 == .newerSchema(found: 7, known: 6) }
        #expect(try folder.bytes(of: folder.database) == bytes)
        options.newestKnownSchema = 7
        try await SQLiteDatabase.open(path: folder.database, options: options).close()
    }

    @Test("a newer database is refused when its last commits are in the log still")
    func newerSchemaInLog() async throws {
        let folder = try TemporaryFolder()
        let database = try await SQLiteDatabase.open(path: folder.database)
        try await Migrator.migrate(database, migrated(2))
        // As a kill leaves it: the file and its log, nobody has closed.
        let copy = folder.path + "/copy.sqlite"
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.database + suffix, toPath: copy + suffix)
        }
        let bytes = try folder.bytes(of: copy)
        let log = try folder.bytes(of: copy + "-wal")
        var options = SQLiteOptions()
        options.newestKnownSchema = 1
        await expectRefusal(copy, options) { $0 == .newerSchema(found: 2, known: 1) }
        #expect(try folder.bytes(of: copy) == bytes)
        #expect(try folder.bytes(of: copy + "-wal") == log)
        try await database.close()
    }

    @Test("a file that is no database is refused with its bytes unchanged")
    func noDatabase() async throws {
        let folder = try TemporaryFolder()
        let bytes = Data("This is a shopping list, not a database. ".utf8) + Data(count: 4096)
        try bytes.write(to: URL(fileURLWithPath: folder.database))
        await expectRefusal(folder.database) { error in
            if case .corrupt = error { true } else { false }
        }
        #expect(try folder.bytes(of: folder.database) == bytes)
    }

    @Test("a missing folder, a folder as file, an empty path and a NUL are refused with a reason")
    func badPaths() async throws {
        let folder = try TemporaryFolder()
        for path in [folder.path + "/none/school.sqlite", folder.path, "", "/", folder.database + "\0x"] {
            await expectRefusal(path) { error in
                if case .unavailable(let reason) = error { !reason.isEmpty } else { false }
            }
        }
    }

    @Test("a missing file is created only when that is asked for")
    func missingFile() async throws {
        let folder = try TemporaryFolder()
        var options = SQLiteOptions()
        options.createsFile = false
        await expectRefusal(folder.database, options) { error in
            if case .unavailable = error { true } else { false }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.database))
        try await SQLiteDatabase.open(path: folder.database).close()
        try await SQLiteDatabase.open(path: folder.database, options: options).close()
    }

    @Test("a symbolic link leads to the file itself")
    func links() async throws {
        let folder = try TemporaryFolder()
        let link = folder.path + "/link.sqlite"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "school.sqlite")
        let database = try await SQLiteDatabase.open(path: link)
        #expect(database.path.hasSuffix("/school.sqlite"))
        try await database.close()
        #expect(FileManager.default.fileExists(atPath: folder.database))
    }

    @Test("a new file opened by many at once is good for all of them")
    func race() async throws {
        let folder = try TemporaryFolder()
        // Each waits for the others to make all tables: on a slow machine that takes long.
        var patient = SQLiteOptions()
        patient.busyTimeout = .seconds(120)
        let options = patient
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let database = try await SQLiteDatabase.open(path: folder.database, options: options)
                    try await database.createWords()
                    try await database.insert("word \(number)")
                    try await database.close()
                }
            }
            try await group.waitForAll()
        }
        let database = try await SQLiteDatabase.open(path: folder.database)
        #expect(try await database.words().count == 8)
        try await database.close()
    }
}
