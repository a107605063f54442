public import Domain

/// The `draft` table: what people have written and not published, with and without a time (`DraftStore+Due`), and
/// `draft_upload`, which keeps their uploads.
///
/// Everything but what is due is asked for one account: nobody sees another's.
public struct DraftStore {
    let db: any SQLConnection

    /// Which of an account's are wanted.
    public enum Kind: Sendable, Hashable {
        /// Those without a time.
        case drafts
        /// Those that wait for their time.
        case scheduled

        fileprivate var condition: SQL {
            switch self {
            case .drafts: "due_at IS NULL"
            case .scheduled: "due_at IS NOT NULL"
            }
        }
    }

    /// Adds one.
    public func insert(_ draft: SavedDraft) throws(StorageError) {
        try db.run(
            """
            INSERT INTO draft (id, account_id, document, due_at, problem, version, created_at, changed_at)
            VALUES (\(draft.id), \(draft.account), \(draft.document), \(draft.dueAt), \(draft.problem),
                \(draft.version), \(draft.createdAt), \(draft.changedAt))
            """
        )
        try insert(draft.uploads, of: draft.id)
    }

    private func insert(_ uploads: [Upload.ID], of draft: SavedDraft.ID) throws(StorageError) {
        for (position, upload) in uploads.enumerated() {
            try db.run(
                """
                INSERT INTO draft_upload (draft_id, upload_id, position) VALUES (\(draft), \(upload), \(position))
                ON CONFLICT DO NOTHING
                """
            )
        }
    }

    /// One of an account's own.
    public func find(_ id: SavedDraft.ID, _ kind: Kind? = nil, of account: Account.ID) throws(StorageError)
        -> SavedDraft?
    {
        let condition: SQL = kind?.condition ?? "1 = 1"
        return try found(
            db.run(
                "SELECT * FROM draft WHERE id = \(id) AND account_id = \(account) AND \(fragment: condition)"
            )
        ).first
    }

    /// A page of an account's own, the newest first.
    ///
    /// `before`, `after`: ids that are not among them; with `after` and no `before`, those that come next to it.
    public func page(
        _ kind: Kind,
        of account: Account.ID,
        before: SavedDraft.ID? = nil,
        after: SavedDraft.ID? = nil,
        limit: Int
    ) throws(StorageError) -> [SavedDraft] {
        let (start, end) = (after?.rawValue ?? -1, before?.rawValue ?? .max)
        let rows = try db.run(
            """
            SELECT * FROM draft WHERE account_id = \(account) AND id > \(start) AND id < \(end)
                AND \(fragment: kind.condition)
            ORDER BY id \(fragment: after != nil && before == nil ? "ASC" : "DESC") LIMIT \(limit)
            """
        )
        return try found(rows).sorted { $0.id > $1.id }
    }

    /// How many of a kind an account has.
    public func count(_ kind: Kind, of account: Account.ID) throws(StorageError) -> Int {
        try db.run(
            "SELECT COUNT(*) AS n FROM draft WHERE account_id = \(account) AND \(fragment: kind.condition)"
        ).first?["n"] ?? 0
    }

    /// Writes what is new of one: what it says, its uploads, its time, and why it was not published.
    ///
    /// - Returns: false, with nothing changed, when it is gone.
    public func update(_ draft: SavedDraft) throws(StorageError) -> Bool {
        let rows = try db.run(
            """
            UPDATE draft SET document = \(draft.document), due_at = \(draft.dueAt), problem = \(draft.problem),
                version = version + 1, changed_at = \(draft.changedAt)
            WHERE id = \(draft.id) AND account_id = \(draft.account) RETURNING id
            """
        )
        guard !rows.isEmpty else { return false }
        try db.run("DELETE FROM draft_upload WHERE draft_id = \(draft.id)")
        try insert(draft.uploads, of: draft.id)
        return true
    }

    /// Takes one away, to publish or to discard it.
    ///
    /// Whoever gets `true` is the only one: others wait for the transaction, and find nothing when it has ended well.
    public func take(_ id: SavedDraft.ID, _ kind: Kind? = nil, of account: Account.ID) throws(StorageError)
        -> Bool
    {
        let condition: SQL = kind?.condition ?? "1 = 1"
        return try remove(
            db.run(
                """
                UPDATE draft SET version = version + 1
                WHERE id = \(id) AND account_id = \(account) AND \(fragment: condition) RETURNING id
                """
            )
        )
    }

    /// Removes what is held by this transaction.
    func remove(_ held: [SQLRow]) throws(StorageError) -> Bool {
        guard let id: SavedDraft.ID = try held.first?["id"] else { return false }
        try db.run("DELETE FROM draft_upload WHERE draft_id = \(id)")
        try db.run("DELETE FROM draft WHERE id = \(id)")
        return true
    }

    /// Takes all of an account's away.
    func removeAll(of account: Account.ID) throws(StorageError) {
        try db.run(
            "DELETE FROM draft_upload WHERE draft_id IN (SELECT id FROM draft WHERE account_id = \(account))"
        )
        try db.run("DELETE FROM draft WHERE account_id = \(account)")
    }

    /// The drafts of rows, with their uploads.
    func found(_ rows: [SQLRow]) throws(StorageError) -> [SavedDraft] {
        guard !rows.isEmpty else { return [] }
        var drafts = try rows.decoded(SavedDraft.init(row:))
        var uploads: [SavedDraft.ID: [Upload.ID]] = [:]
        for row in try db.run(
            """
            SELECT draft_id, upload_id FROM draft_upload WHERE draft_id IN (\(list: drafts.map(\.id)))
            ORDER BY draft_id, position
            """
        ) {
            uploads[try row["draft_id"], default: []].append(try row["upload_id"])
        }
        for place in drafts.indices { drafts[place].uploads = uploads[drafts[place].id] ?? [] }
        return drafts
    }
}

extension SQLConnection {
    /// The `draft` table.
    public var drafts: DraftStore { DraftStore(db: self) }
}

extension SavedDraft {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            document: try row["document"],
            dueAt: try row["due_at"],
            problem: try row["problem"],
            version: try row["version"],
            createdAt: try row["created_at"],
            changedAt: try row["changed_at"]
        )
    }
}
