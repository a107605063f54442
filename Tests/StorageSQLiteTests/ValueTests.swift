import Storage
import Testing

@testable import StorageSQLite

@Suite("Stored values")
struct ValueTests {
    private func roundTrip(_ values: [SQLValue]) async throws -> [SQLValue] {
        try await withDatabase { database, _ in
            try await database.write { db in
                try db.run("CREATE TABLE thing (value)")
                for value in values { try db.run("INSERT INTO thing (value) VALUES (\(value))") }
            }
            return try await database.read { db in
                try db.run("SELECT value FROM thing ORDER BY rowid").map { row in try row["value"] }
            }
        }
    }

    @Test("every value comes back byte for byte")
    func exactness() async throws {
        let values: [SQLValue] = [
            .null, .integer(.min), .integer(.max), .integer(0), .real(0.1), .real(-1e300),
            .text(""), .text("a\0b"), .text("\0"), .text("👩🏽‍🏫 Grüße"), .text("'; DROP TABLE word; --"),
            .text(String(repeating: "ü", count: 100_000)), .blob([]), .blob([0]), .blob(Array(0...255)),
        ]
        #expect(try await roundTrip(values) == values)
    }

    @Test("an empty blob is not NULL")
    func emptyBlob() async throws {
        try await withDatabase { database, _ in
            try await database.write { db in
                try db.run("CREATE TABLE body (bytes BLOB NOT NULL)")
                let empty: [UInt8] = []
                try db.run("INSERT INTO body (bytes) VALUES (\(empty))")
            }
            #expect(try await database.number("SELECT LENGTH(bytes) AS n FROM body") == 0)
        }
    }

    @Test(
        "ids that Swift calls equal are different rows",
        arguments: [("caf\u{E9}", "cafe\u{301}"), ("a", "a\0b"), ("\u{212B}", "\u{C5}")]
    )
    func ids(_ first: String, _ second: String) async throws {
        try await withDatabase { database, _ in
            try await database.insert(first)
            try await database.insert(second)
            await #expect(throws: StorageError.constraint(on: "word.text")) {
                try await database.insert(first)
            }
            #expect(try await database.number("SELECT COUNT(*) AS n FROM word WHERE text = \(second)") == 1)
        }
    }

    @Test("a value cannot become SQL")
    func injection() async throws {
        try await withDatabase { database, _ in
            let hostile = ["'); DROP TABLE word; --", "\" OR 1=1 --", "?", "$1", "\u{FF07} OR 1=1"]
            for text in hostile { try await database.insert(text) }
            #expect(try await database.words() == hostile)
            #expect(
                try await database.number("SELECT COUNT(*) AS n FROM word WHERE text IN (\(list: hostile))")
                    == 5
            )
        }
    }

    @Test("an empty list matches nothing and a long one is taken")
    func lists() async throws {
        try await withDatabase { database, _ in
            for number in 1...3 { try await database.insert("word \(number)") }
            #expect(
                try await database.number("SELECT COUNT(*) AS n FROM word WHERE id IN (\(list: [] as [Int]))")
                    == 0
            )
            let long = Array(2...5000)
            #expect(
                try await database.number("SELECT COUNT(*) AS n FROM word WHERE id IN (\(list: long))") == 2
            )
        }
    }

    @Test("two statements in one text, a wrong name and a stray placeholder are refused")
    func badStatements() async throws {
        try await withDatabase { database, _ in
            let statements: [SQL] = [
                "SELECT 1; DELETE FROM word", "SELECT nothing FROM nowhere", "SELECT ?", "", "SELEC",
                "SELECT \"no such column\" FROM word",
            ]
            for statement in statements {
                let error = await #expect(throws: StorageError.self) {
                    try await database.write { db in _ = try db.run(statement) }
                }
                guard case .rejected = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test("a column that a migration adds is read by statements used before")
    func newColumn() async throws {
        try await withDatabase { database, _ in
            try await database.insert("word")
            let select: SQL = "SELECT * FROM word"
            _ = try await database.write { db in try db.run(select) }
            _ = try await database.read { db in try db.run(select) }
            try await database.write { db in try db.run("ALTER TABLE word ADD COLUMN note TEXT DEFAULT 'new'")
            }
            let written = try await database.write { db in try db.run(select).first?["note"] as String? }
            let read = try await database.read { db in try db.run(select).first?["note"] as String? }
            #expect(written == "new")
            #expect(read == "new")
        }
    }

    @Test("changes give the rows they return")
    func returning() async throws {
        try await withDatabase { database, _ in
            let ids = try await database.write { db in
                try db.run("INSERT INTO word (text) VALUES ('a'), ('b') RETURNING id, text").map { row in
                    try row["text"] as String
                }
            }
            #expect(ids == ["a", "b"])
        }
    }
}
