public import Domain

/// The `stream_event` table: what has happened lately, in the order in which it was written.
///
/// Whoever writes what streams show adds the event in the same transaction, so that every process finds it; a wake-up
/// without its event would be nothing, and an event without its wake-up is found by the next poll.
public struct StreamEventStore {
    /// How many of the newest events are kept: some minutes of a busy instance.
    public static let kept: Int64 = 10_000

    let db: any SQLConnection

    /// Adds an event, and wakes the streams.
    func add(
        _ kind: StreamEvent.Kind,
        post: Post.ID? = nil,
        subject: Int64? = nil,
        for account: Account.ID? = nil
    ) throws(StorageError) {
        try db.run(
            """
            INSERT INTO stream_event (kind, post_id, subject_id, account_id)
            VALUES (\(kind), \(post), \(subject), \(account))
            """
        )
        db.wake(.streaming)
    }

    /// Notes that an account has changed its filters.
    public func addFilterChange(of account: Account.ID) throws(StorageError) {
        try add(.filters, for: account)
    }

    /// Notes that a post is about to be deleted; while those whom it addresses are known still.
    func addRemoval(of post: Post.ID) throws(StorageError) {
        try add(.removal, post: post)
        try db.run(
            """
            INSERT INTO stream_event (kind, post_id, account_id)
            SELECT \(StreamEvent.Kind.removal), d.post_id, d.account_id FROM post_addressee d
                JOIN account a ON a.id = d.account_id
            WHERE d.post_id = \(post) AND a.school_id IS NOT NULL
            """
        )
    }

    /// The number of the newest event; 0 when there has been none.
    public func highest() throws(StorageError) -> Int64 {
        try db.run("SELECT COALESCE(MAX(number), 0) AS number FROM stream_event").first?["number"] ?? 0
    }

    /// The events after a number, the oldest first.
    public func find(after number: Int64, limit: Int) throws(StorageError) -> [StreamEvent] {
        try db.run(
            "SELECT * FROM stream_event WHERE number > \(number) ORDER BY number LIMIT \(limit)"
        ).decoded(StreamEvent.init(row:))
    }

    /// Removes events that are older than those kept.
    ///
    /// The newest stays: SQLite would begin to count anew.
    ///
    /// - Returns: how many were removed.
    public func removeOld(kept: Int64 = Self.kept, limit: Int) throws(StorageError) -> Int {
        let last = try highest() - max(1, kept)
        return try db.run(
            """
            DELETE FROM stream_event WHERE number IN (
                SELECT number FROM stream_event WHERE number <= \(last) ORDER BY number LIMIT \(limit))
            RETURNING number
            """
        ).count
    }
}

extension SQLConnection {
    /// The `stream_event` table.
    public var streamEvents: StreamEventStore { StreamEventStore(db: self) }
}

extension StreamEvent {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            number: try row["number"],
            kind: try row["kind"],
            post: try row["post_id"],
            subject: try row["subject_id"],
            account: try row["account_id"]
        )
    }
}
