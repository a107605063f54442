/// What differs between the engines; everything else is one text for both.
///
/// At most five fragments, all of them here.
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

    /// Whether parameters are written `$1` rather than `?`.
    var numbersParameters: Bool { engine == .postgres }
}
