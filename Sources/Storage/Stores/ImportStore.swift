public import Domain

/// The tables `account_import`, `import_refusal` and `imported_post`; rows that wait are in `ImportStore+Rows`.
public struct ImportStore {
    let db: any SQLConnection

    /// Adds one.
    public func insert(_ new: AccountImport) throws(StorageError) {
        try db.run(
            """
            INSERT INTO account_import (id, account_id, kind, state, file, added, passed, refused, problem, created_at,
                until)
            VALUES (\(new.id), \(new.account), \(new.kind), \(new.state), \(new.file), \(new.added), \(new.passed),
                \(new.refused), \(new.problem), \(new.createdAt), \(new.until))
            """
        )
    }

    /// One by its id.
    public func find(_ id: AccountImport.ID) throws(StorageError) -> AccountImport? {
        try db.run("SELECT * FROM account_import WHERE id = \(id)").decoded(AccountImport.init(row:)).first
    }

    /// The latest of an account, the newest first.
    public func latest(of account: Account.ID, limit: Int = 10) throws(StorageError) -> [AccountImport] {
        try db.run(
            "SELECT * FROM account_import WHERE account_id = \(account) ORDER BY id DESC LIMIT \(limit)"
        )
        .decoded(AccountImport.init(row:))
    }

    /// Takes the one whose file has waited longest and that nobody holds; others leave it alone until a time.
    ///
    /// `only`: that one or none.
    public func claim(only: AccountImport.ID? = nil, now: Timestamp, until: Timestamp) throws(StorageError)
        -> AccountImport?
    {
        let which: SQL = only.map { "AND id = \($0)" } ?? ""
        let rows = try db.run(
            """
            SELECT id FROM account_import WHERE state = 'waiting' AND until <= \(now) \(fragment: which)
            ORDER BY id LIMIT 1 \(fragment: db.dialect.skipLocked)
            """
        )
        guard let id: AccountImport.ID = try rows.first?["id"] else { return nil }
        return try db.run(
            """
            UPDATE account_import SET until = \(until) WHERE id = \(id) AND state = 'waiting' AND until <= \(now)
            RETURNING *
            """
        ).decoded(AccountImport.init(row:)).first
    }

    /// Forgets what came of one whose file is read from the beginning, but not which posts it brought.
    public func beginAnew(_ id: AccountImport.ID) throws(StorageError) {
        try db.run("UPDATE account_import SET added = 0, passed = 0, refused = 0 WHERE id = \(id)")
        try db.run("DELETE FROM import_row WHERE import_id = \(id)")
        try db.run("DELETE FROM import_refusal WHERE import_id = \(id)")
    }

    /// Holds one for longer, or lets it go.
    public func hold(_ id: AccountImport.ID, until: Timestamp) throws(StorageError) {
        try db.run("UPDATE account_import SET until = \(until) WHERE id = \(id) AND state = 'waiting'")
    }

    /// Says that the file of one is read, and is not needed any more; it is finished when no row waits.
    public func noteRead(_ id: AccountImport.ID) throws(StorageError) {
        try db.run(
            "UPDATE account_import SET state = 'working', file = NULL WHERE id = \(id) AND state = 'waiting'"
        )
        try finishIfDone(id)
    }

    /// Ends one whose file cannot be read.
    public func fail(_ id: AccountImport.ID, because problem: String) throws(StorageError) {
        try db.run(
            """
            UPDATE account_import SET state = 'failed', file = NULL, problem = \(problem)
            WHERE id = \(id) AND state = 'waiting'
            """
        )
    }

    /// Counts what was taken and left out.
    public func count(added: Int = 0, passed: Int = 0, in id: AccountImport.ID) throws(StorageError) {
        if added == 0, passed == 0 { return }
        try db.run(
            "UPDATE account_import SET added = added + \(added), passed = passed + \(passed) WHERE id = \(id)"
        )
    }

    /// Counts something refused, and keeps the reason unless there are many already.
    public func refuse(_ refusal: ImportRefusal, keeping most: Int) throws(StorageError) {
        let rows = try db.run(
            "UPDATE account_import SET refused = refused + 1 WHERE id = \(refusal.import) RETURNING refused"
        )
        guard let count: Int = try rows.first?["refused"], count <= most else { return }
        try db.run(
            """
            INSERT INTO import_refusal (id, import_id, item, reason)
            VALUES (\(refusal.id), \(refusal.import), \(refusal.item), \(refusal.reason))
            """
        )
    }

    /// What was refused of an import, the first first.
    public func refusals(of id: AccountImport.ID, limit: Int) throws(StorageError) -> [ImportRefusal] {
        try db.run("SELECT * FROM import_refusal WHERE import_id = \(id) ORDER BY id LIMIT \(limit)").decoded
        {
            row throws(StorageError) in
            ImportRefusal(
                id: try row["id"],
                import: try row["import_id"],
                item: try row["item"],
                reason: try row["reason"]
            )
        }
    }

    /// The post that stands for one that an account has brought along; a tombstone too.
    public func post(_ original: String, of account: Account.ID) throws(StorageError) -> Post.ID? {
        try db.run(
            "SELECT post_id FROM imported_post WHERE account_id = \(account) AND original = \(original)"
        ).first?["post_id"]
    }

    /// Remembers what a post was called where it comes from.
    ///
    /// - Returns: false, with nothing changed, when it was brought along before.
    public func remember(_ original: String, as post: Post.ID, of account: Account.ID) throws(StorageError)
        -> Bool
    {
        try !db.run(
            """
            INSERT INTO imported_post (account_id, original, post_id) VALUES (\(account), \(original), \(post))
            ON CONFLICT DO NOTHING RETURNING post_id
            """
        ).isEmpty
    }
}

extension AccountImport.State: StoredWord {}
extension AccountImport.Kind: StoredWord {}

extension SQLConnection {
    /// The tables of imports.
    public var imports: ImportStore { ImportStore(db: self) }
}

extension AccountImport {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            kind: try row["kind"],
            state: try row["state"],
            file: try row["file"],
            added: try row["added"],
            passed: try row["passed"],
            refused: try row["refused"],
            problem: try row["problem"],
            createdAt: try row["created_at"],
            until: try row["until"]
        )
    }
}
