import Domain

/// What differs between the engines; everything else is one text for both.
///
/// As few fragments as can be, all of them here.
public struct Dialect: Sendable, Hashable {
    private enum Engine { case sqlite, postgres }

    private let engine: Engine

    /// SQLite 3.40 and later.
    public static let sqlite = Dialect(engine: .sqlite)
    /// PostgreSQL 15 and later.
    public static let postgres = Dialect(engine: .postgres)

    /// Declares the type and key of an `id` column; ids are made by us, never by the engine.
    public var identityKey: SQL {
        switch engine {
        // Exactly this spelling makes the id SQLite's own row key, with no second tree.
        case .sqlite: "INTEGER PRIMARY KEY"
        case .postgres: "BIGINT PRIMARY KEY"
        }
    }

    /// Declares the type and key of a column that the engine counts up; for a log only, whose order says what was read.
    var countedKey: SQL {
        switch engine {
        case .sqlite: "INTEGER PRIMARY KEY"
        case .postgres: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        }
    }

    /// Whether an event's number may become visible after a greater one's: where writers write side by side.
    public var numbersOutOfOrder: Bool { engine == .postgres }

    /// Declares the type of a column of raw bytes.
    public var blobType: SQL {
        switch engine {
        case .sqlite: "BLOB"
        case .postgres: "BYTEA"
        }
    }

    /// Ends the SELECT of a claim: its rows are locked, those that another claimer has locked are left out.
    ///
    /// SQLite has one writer at a time and needs nothing. The SELECT is a statement of its own: inside of an UPDATE's
    /// `IN (...)`, PostgreSQL may run it once for each row and so lock more than its LIMIT.
    public var skipLocked: SQL {
        switch engine {
        case .sqlite: ""
        case .postgres: "FOR UPDATE SKIP LOCKED"
        }
    }

    /// Declares that a column of text is compared by its bytes, in the order of Unicode scalars.
    ///
    /// SQLite compares so anyway; PostgreSQL by the rules of a language, which differ from machine to machine.
    var byteOrder: SQL {
        switch engine {
        case .sqlite: ""
        case .postgres: "COLLATE \"C\""
        }
    }

    /// Creates a full-text table with the columns `rowid` and `words`: words of `SearchWords` with spaces between.
    ///
    /// `isTyped`: it is searched while somebody types, by the beginnings of words; indexing those costs as much again.
    func fullTextTable(_ name: StaticString, isTyped: Bool) -> [SQL] {
        switch engine {
        // Without sizes, since the ranking is ours.
        case .sqlite:
            [
                "CREATE VIRTUAL TABLE \(literal: name) USING fts5 (words, columnsize = 0, "
                    + "\(literal: isTyped ? "prefix = '1 2 3', " : "")tokenize = 'unicode61 remove_diacritics 0')"
            ]
        case .postgres:
            [
                """
                CREATE TABLE \(literal: name) (rowid BIGINT PRIMARY KEY, words TEXT NOT NULL,
                    vector TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED)
                """,
                "CREATE INDEX ON \(literal: name) USING gin (vector)",
            ]
        }
    }

    /// The condition that a row of a full-text table has what is wanted.
    func fullTextMatch(_ name: StaticString, _ terms: SearchTerms) -> SQL {
        switch engine {
        case .sqlite: "\(literal: name) MATCH \(terms.fts5)"
        case .postgres: "\(literal: name).vector @@ to_tsquery('simple', \(terms.tsquery))"
        }
    }

    /// Whether parameters are written `$1` rather than `?`.
    var numbersParameters: Bool { engine == .postgres }
}
