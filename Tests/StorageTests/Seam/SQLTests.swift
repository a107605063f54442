import Storage
import Testing

@Suite("SQL")
struct SQLTests {
    @Test("API-29: a value becomes a parameter in both dialects, whatever it says")
    func values() {
        let host = "x'; DROP TABLE account; --"
        let sql: SQL = "SELECT * FROM peer WHERE host = \(host) AND port > \(443)"
        #expect(sql.rendered(for: .sqlite).text == "SELECT * FROM peer WHERE host = ? AND port > ?")
        #expect(sql.rendered(for: .postgres).text == "SELECT * FROM peer WHERE host = $1 AND port > $2")
        #expect(sql.rendered(for: .sqlite).arguments == [.text(host), .integer(443)])
        #expect(sql.rendered(for: .postgres).arguments == [.text(host), .integer(443)])
    }

    @Test("a fragment brings its parameters along in their places")
    func fragments() {
        let inner: SQL = "b = \("B") OR b IS \(nil as String?)"
        let sql: SQL = "a = \(1) AND (\(fragment: inner)) AND c = \(true)"
        let (text, arguments) = sql.rendered(for: .postgres)
        #expect(text == "a = $1 AND (b = $2 OR b IS $3) AND c = $4")
        #expect(arguments == [.integer(1), .text("B"), .null, .integer(1)])
    }

    @Test("pieces are added with their parameters")
    func sum() {
        let sql: SQL = "a = \(1)" + " AND é = 'ü'" + " AND b = \([7] as [UInt8])"
        #expect(sql.rendered(for: .sqlite).text == "a = ? AND é = 'ü' AND b = ?")
        #expect(sql.rendered(for: .postgres).text == "a = $1 AND é = 'ü' AND b = $2")
        #expect(sql.rendered(for: .sqlite).arguments == [.integer(1), .blob([7])])
    }

    @Test("a list becomes a parameter for each value, and NULL when it is empty")
    func lists() {
        let some: SQL = "id IN (\(list: [3, 5, 8]))"
        #expect(some.rendered(for: .sqlite).text == "id IN (?, ?, ?)")
        #expect(some.rendered(for: .postgres).text == "id IN ($1, $2, $3)")
        let none: SQL = "id IN (\(list: [] as [Int]))"
        #expect(none.rendered(for: .sqlite).text == "id IN (NULL)")
        #expect(none.rendered(for: .sqlite).arguments.isEmpty)
    }

    @Test("a question mark in the text is no parameter to PostgreSQL")
    func questionMark() {
        let sql: SQL = "name = 'who?' AND id = \(1)"
        #expect(sql.rendered(for: .postgres).text == "name = 'who?' AND id = $1")
    }

    @Test("API-29: a value holding placeholders stays a value")
    func placeholdersInValues() {
        let sql: SQL = "a = \("?, $2, \\(x)") AND b = \(2)"
        #expect(sql.rendered(for: .postgres).text == "a = $1 AND b = $2")
    }

    @Test("the dialects differ in three fragments")
    func dialects() {
        func text(_ fragment: SQL) -> String { fragment.rendered(for: .sqlite).text }
        #expect(text(Dialect.sqlite.identityKey) == "INTEGER PRIMARY KEY")
        #expect(text(Dialect.postgres.identityKey) == "BIGINT PRIMARY KEY")
        #expect(text(Dialect.sqlite.blobType) == "BLOB")
        #expect(text(Dialect.postgres.blobType) == "BYTEA")
        #expect(text(Dialect.sqlite.skipLocked) == "")
        #expect(text(Dialect.postgres.skipLocked) == "FOR UPDATE SKIP LOCKED")
    }
}
