public import Domain

/// The `import_row` table: what is still to be done of imports.
extension ImportStore {
    /// Adds rows.
    public func insert(_ rows: [ImportRow]) throws(StorageError) {
        for row in rows {
            try db.run(
                """
                INSERT INTO import_row (id, import_id, kind, subject, detail, tries, due_at)
                VALUES (\(row.id), \(row.import), \(row.kind), \(row.subject), \(row.detail), \(row.tries),
                    \(row.dueAt))
                """
            )
        }
    }

    /// Takes the row that is longest due; a crash leaves it due again at `until`.
    public func claimRow(now: Timestamp, until: Timestamp) throws(StorageError) -> ImportRow? {
        let rows = try db.run(
            """
            SELECT id FROM import_row WHERE due_at <= \(now) ORDER BY due_at, id LIMIT 1
            \(fragment: db.dialect.skipLocked)
            """
        )
        guard let id: ImportRow.ID = try rows.first?["id"] else { return nil }
        return try db.run(
            "UPDATE import_row SET due_at = \(until) WHERE id = \(id) AND due_at <= \(now) RETURNING *"
        ).decoded(ImportRow.init(row:)).first
    }

    /// Tries a row again later.
    public func postpone(_ row: ImportRow.ID, until: Timestamp) throws(StorageError) {
        try db.run("UPDATE import_row SET tries = tries + 1, due_at = \(until) WHERE id = \(row)")
    }

    /// Takes a row away that is done or refused; the import is finished with the last.
    ///
    /// - Returns: false when it was taken away before.
    public func removeRow(_ row: ImportRow) throws(StorageError) -> Bool {
        guard try !db.run("DELETE FROM import_row WHERE id = \(row.id) RETURNING id").isEmpty else {
            return false
        }
        try finishIfDone(row.import)
        return true
    }

    /// How many rows of an import wait.
    public func countRows(of id: AccountImport.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM import_row WHERE import_id = \(id)").count("n")
    }

    func finishIfDone(_ id: AccountImport.ID) throws(StorageError) {
        try db.run(
            """
            UPDATE account_import SET state = 'finished'
            WHERE id = \(id) AND state = 'working' AND NOT EXISTS (SELECT 1 FROM import_row WHERE import_id = \(id))
            """
        )
    }

    /// Removes at most so many rows of imports that are over since before a time, and then the imports.
    ///
    /// `account`: instead all of one account's, over or not.
    ///
    /// - Returns: how many rows were removed.
    public func remove(before time: Timestamp, of account: Account.ID? = nil, limit: Int) throws(StorageError)
        -> Int
    {
        let which: SQL =
            account.map { "account_id = \($0)" }
            ?? "state IN ('finished', 'failed') AND created_at <= \(time)"
        let imports: SQL = "SELECT id FROM account_import WHERE \(fragment: which)"
        var removed = 0
        for table: SQL in ["import_row", "import_refusal"] {
            removed += try db.run(
                """
                DELETE FROM \(fragment: table) WHERE id IN (
                    SELECT id FROM \(fragment: table) WHERE import_id IN (\(fragment: imports)) LIMIT \(limit))
                RETURNING 1 AS removed
                """
            ).count
        }
        if removed > 0 { return removed }
        return try db.run(
            "DELETE FROM account_import WHERE id IN (\(fragment: imports) LIMIT \(limit)) RETURNING 1 AS removed"
        ).count
    }
}

extension ImportRow {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            import: try row["import_id"],
            kind: try row["kind"],
            subject: try row["subject"],
            detail: try row["detail"],
            tries: try row["tries"],
            dueAt: try row["due_at"]
        )
    }
}
