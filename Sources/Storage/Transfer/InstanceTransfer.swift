import Domain

/// Moves an instance, with its keys, queue and ids unchanged, to another database.
///
/// Each batch is a transaction of its own; until all is verified, the target says that it is incomplete, so that nobody
/// serves it, and the transfer can be begun anew.
public enum InstanceTransfer {
    /// Why an instance was not moved.
    public enum Refusal: Error, Hashable, CustomStringConvertible {
        /// There is an instance in the target.
        case notEmpty(table: String)
        /// The source has tables that this program does not know how to move.
        case unknownTables([String])
        /// What has arrived is not what was sent.
        case different(table: String)
        /// The database holds a part of an instance.
        case unfinished

        /// Says what to do.
        public var description: String {
            switch self {
            case .notEmpty(let table):
                "the target is not empty: there are rows in \(table); make a new database for it"
            case .unknownTables(let names): "nobody has said how to move \(names.joined(separator: ", "))"
            case .different(let table):
                "\(table) has not arrived as it was sent; did a command change the source meanwhile? Run it again"
            case .unfinished:
                "an import into this database was not finished; run staffroom import-database again"
            }
        }
    }

    /// How far a transfer is.
    public struct Progress: Sendable {
        /// The table in work.
        public let table: String
        /// How many rows of all tables were written or read back.
        public let done: Int
        /// How many there are, twice: each is written and read back.
        public let total: Int
    }

    private static let pageSize = 500

    /// Copies every table, reads all of it back, and compares.
    ///
    /// Both databases have the present schema. Nobody may write to the source meanwhile.
    /// - Throws: `Refusal`, `StorageError`.
    public static func run(
        from source: any SQLDatabase,
        to target: any SQLDatabase,
        progress: (Progress) -> Void
    ) async throws {
        try await check(source)
        try await begin(in: target)
        var (done, total) = (0, 0)
        for table in TransferTable.all { total += 2 * (try await source.read { try table.count(in: $0) }) }
        var checksums: [TableChecksum] = []
        for table in TransferTable.all {
            var checksum = TableChecksum()
            try await pages(of: table, in: source) { rows in
                try await target.write { try table.insert(rows, into: $0) }
                for row in rows { checksum.add(row) }
                done += rows.count
                progress(Progress(table: table.name, done: done, total: total))
            }
            checksums.append(checksum)
        }
        for (table, sent) in zip(TransferTable.all, checksums) {
            var arrived = TableChecksum()
            try await pages(of: table, in: target) { rows in
                for row in rows { arrived.add(row) }
                done += rows.count
                progress(Progress(table: table.name, done: done, total: total))
            }
            guard arrived == sent else { throw Refusal.different(table: table.name) }
        }
        try await index(target)
        try await target.write { db in
            _ = try db.run("UPDATE instance SET import_began_at = NULL WHERE id = 1")
        }
    }

    /// Makes the full-text tables, which each engine has in its own form, from what has arrived.
    private static func index(_ target: any SQLDatabase) async throws {
        try await target.write { try $0.search.removeAll() }
        var post: Post.ID?
        repeat {
            post = try await target.write { [post] in try $0.search.addPosts(after: post, limit: pageSize) }
        } while post != nil
        var account: Account.ID?
        repeat {
            account = try await target.write { [account] in
                try $0.search.addAccounts(after: account, limit: pageSize)
            }
        } while account != nil
    }

    /// Refuses a database into which a transfer was begun and not finished.
    ///
    /// - Throws: `Refusal.unfinished`, `StorageError`.
    public static func checkFinished(in database: any SQLDatabase) async throws {
        if try await database.read(isUnfinished) { throw Refusal.unfinished }
    }

    private static func isUnfinished(_ db: any SQLConnection) throws -> Bool {
        try !db.run("SELECT 1 AS found FROM instance WHERE import_began_at IS NOT NULL").isEmpty
    }

    /// Notes the beginning; what an unfinished transfer has left is removed.
    private static func begin(in target: any SQLDatabase) async throws {
        try await target.write { db in
            if try isUnfinished(db) {
                for table in TransferTable.all.reversed() { try table.removeAll(in: db) }
            }
            for table in TransferTable.all where try table.count(in: db) > 0 {
                throw Refusal.notEmpty(table: table.name)
            }
            try db.run("UPDATE instance SET import_began_at = 1 WHERE id = 1")
        }
    }

    /// Finds tables that would be left behind.
    private static func check(_ source: any SQLDatabase) async throws {
        guard source.dialect == .sqlite else { return }
        let known = Set(TransferTable.all.map(\.name)).union(TransferTable.left)
        let names: [String] = try await source.read { db in
            try db.run(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
            .map { row in try row["name"] }
        }
        let unknown = names.filter { !known.contains($0) }
        guard unknown.isEmpty else { throw Refusal.unknownTables(unknown) }
    }

    private static func pages(
        of table: TransferTable,
        in database: any SQLDatabase,
        _ body: ([SQLRow]) async throws -> Void
    ) async throws {
        var last: SQLRow?
        while true {
            let after = last
            let rows = try await database.read { try table.page(after: after, limit: pageSize, in: $0) }
            guard let end = rows.last else { return }
            try await body(rows)
            last = end
        }
    }
}
