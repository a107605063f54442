public import Domain

/// The `account_export` table.
public struct ExportStore {
    let db: any SQLConnection

    /// Adds one.
    public func insert(_ export: AccountExport) throws(StorageError) {
        try db.run(
            """
            INSERT INTO account_export (id, account_id, state, file, size, created_at, until)
            VALUES (\(export.id), \(export.account), \(export.state), \(export.file), \(export.size),
                \(export.createdAt), \(export.until))
            """
        )
    }

    /// An account's own.
    public func find(_ id: AccountExport.ID, of account: Account.ID) throws(StorageError) -> AccountExport? {
        try db.run("SELECT * FROM account_export WHERE id = \(id) AND account_id = \(account)")
            .decoded(AccountExport.init(row:)).first
    }

    /// The latest of an account, the newest first.
    public func latest(of account: Account.ID, limit: Int = 5) throws(StorageError) -> [AccountExport] {
        try db.run(
            "SELECT * FROM account_export WHERE account_id = \(account) ORDER BY id DESC LIMIT \(limit)"
        )
        .decoded(AccountExport.init(row:))
    }

    /// Takes the one that has waited longest and that nobody holds; others leave it alone until a time.
    public func claim(now: Timestamp, until: Timestamp) throws(StorageError) -> AccountExport? {
        let rows = try db.run(
            """
            SELECT id FROM account_export WHERE state = 'waiting' AND until <= \(now) ORDER BY id LIMIT 1
            \(fragment: db.dialect.skipLocked)
            """
        )
        guard let id: AccountExport.ID = try rows.first?["id"] else { return nil }
        return try db.run(
            """
            UPDATE account_export SET until = \(until) WHERE id = \(id) AND state = 'waiting' AND until <= \(now)
            RETURNING *
            """
        ).decoded(AccountExport.init(row:)).first
    }

    /// Holds one for longer, or lets it go.
    public func hold(_ id: AccountExport.ID, until: Timestamp) throws(StorageError) {
        try db.run("UPDATE account_export SET until = \(until) WHERE id = \(id) AND state = 'waiting'")
    }

    /// Ends one with its file, or without; it is shown until a time.
    public func finish(_ id: AccountExport.ID, file: String?, size: Int64?, until: Timestamp)
        throws(StorageError)
    {
        let state: AccountExport.State = file == nil ? .failed : .ready
        try db.run(
            """
            UPDATE account_export SET state = \(state), file = \(file), size = \(size), until = \(until)
            WHERE id = \(id) AND state = 'waiting'
            """
        )
    }

    /// Removes those whose time is over; their files go when the media folder is swept.
    ///
    /// - Returns: how many.
    public func removeExpired(now: Timestamp, limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM account_export WHERE id IN (
                SELECT id FROM account_export WHERE state IN ('ready', 'failed') AND until <= \(now) LIMIT \(limit))
            RETURNING id
            """
        ).count
    }

    /// Whether an export or import needs a file.
    public func needs(file: String) throws(StorageError) -> Bool {
        try !db.run(
            """
            SELECT 1 AS n FROM account_export WHERE file = \(file)
            UNION ALL SELECT 1 AS n FROM account_import WHERE file = \(file) LIMIT 1
            """
        ).isEmpty
    }
}

extension AccountExport.State: StoredWord {}

extension SQLConnection {
    /// The `account_export` table.
    public var exports: ExportStore { ExportStore(db: self) }
}

extension AccountExport {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            state: try row["state"],
            file: try row["file"],
            size: try row["size"],
            createdAt: try row["created_at"],
            until: try row["until"]
        )
    }
}
