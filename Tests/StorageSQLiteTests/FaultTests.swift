import Foundation
import Storage
import Testing

@testable import StorageSQLite

@Suite("Disk faults")
struct FaultTests {
    @Test(
        "REL-04, REL-05: on a full disk writes fail and reads go on; with room again it works without a restart"
    )
    func fullDisk() async throws {
        try await withDatabase { database, folder in
            try await database.insert("before")
            FaultyDisk.fail(folder.path, with: ENOSPC)
            for number in 0..<5 {
                await #expect(throws: StorageError.full) { try await database.insert("lost \(number)") }
                #expect(try await database.words() == ["before"])
            }
            FaultyDisk.fail(folder.path, with: nil)
            try await database.insert("after")
            #expect(try await database.words() == ["before", "after"])
            #expect(!database.isPoisoned)
            #expect(try await database.integrityProblems().isEmpty)
        }
    }

    @Test("a quota counts as a full disk")
    func quota() async throws {
        try await withDatabase { database, folder in
            FaultyDisk.fail(folder.path, with: EDQUOT)
            await #expect(throws: StorageError.full) { try await database.insert("lost") }
            FaultyDisk.fail(folder.path, with: nil)
            try await database.insert("kept")
        }
    }

    @Test("REL-04: a write error of the device ends writing, and nothing of the failed commit is seen")
    func deviceError() async throws {
        try await withDatabase { database, folder in
            try await database.insert("before")
            FaultyDisk.fail(folder.path, with: EIO)
            let error = await #expect(throws: StorageError.self) { try await database.insert("unsure") }
            #expect(error?.isTransient == true)
            FaultyDisk.fail(folder.path, with: nil)
            #expect(database.isPoisoned)
            await #expect(throws: StorageError.self) { try await database.insert("refused") }
            #expect(try await database.words() == ["before"])
        }
    }

    @Test("a full file fails the write that needs room; a larger limit mends it, and smaller ones went on")
    func fullFile() async throws {
        try await withDatabase { database, _ in
            let pages = try await database.write { db -> Int in
                let pages: Int? = try db.run("PRAGMA page_count").first?["page_count"]
                return pages ?? 0
            }
            #expect(pages > 0)
            try await database.write { db in try db.limitPages(to: pages + 2) }
            let large = String(repeating: "x", count: 100_000)
            await #expect(throws: StorageError.full) { try await database.insert(large) }
            try await database.insert("small")
            #expect(try await database.words() == ["small"])
            try await database.write { db in try db.limitPages(to: 1_000_000) }
            try await database.insert(large)
            #expect(try await database.words() == ["small", large])
        }
    }

    @Test("a closure that swallows the full disk's error cannot be half committed")
    func swallowedError() async throws {
        try await withDatabase { database, _ in
            let pages = try await database.write { db -> Int in
                let pages: Int? = try db.run("PRAGMA page_count").first?["page_count"]
                return pages ?? 0
            }
            try await database.write { db in try db.limitPages(to: pages + 2) }
            let large = String(repeating: "x", count: 100_000)
            let result = await Task {
                try await database.write { db in
                    try db.run("INSERT INTO word (text) VALUES ('one')")
                    _ = try? db.run("INSERT INTO word (text) VALUES (\(large))")
                    try db.run("INSERT INTO word (text) VALUES ('two')")
                }
            }.result
            let words = try await database.words()
            if case .success = result { #expect(words == ["one", "two"]) } else { #expect(words.isEmpty) }
        }
    }
}

extension SQLConnection {
    /// The pragma takes no parameter, so the limits of the tests are spelled out.
    func limitPages(to pages: Int) throws {
        let limit: SQL
        switch pages {
        case ...4: limit = "PRAGMA max_page_count = 4"
        case 5: limit = "PRAGMA max_page_count = 5"
        case 6: limit = "PRAGMA max_page_count = 6"
        case 7: limit = "PRAGMA max_page_count = 7"
        default: limit = "PRAGMA max_page_count = 1000000"
        }
        try run(limit)
    }
}
