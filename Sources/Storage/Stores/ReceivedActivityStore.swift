public import Domain

/// The `received_activity` table: what came in, until it has had its effect, and its id for ever after.
public struct ReceivedActivityStore {
    let db: any SQLConnection

    /// Keeps a verified activity.
    ///
    /// - Returns: false, with nothing changed, when an activity with its URI was kept before.
    public func keep(_ received: ReceivedActivity) throws(StorageError) -> Bool {
        let added = try db.run(
            """
            INSERT INTO received_activity (id, uri, actor, host, recipient_id, body, state, due_at, attempts, received_at)
            VALUES (\(received.id), \(received.uri), \(received.actor), \(received.host), \(received.recipient),
                \(received.body), 'kept', \(received.receivedAt), 0, \(received.receivedAt))
            ON CONFLICT (uri) DO NOTHING RETURNING id
            """
        )
        guard !added.isEmpty else { return false }
        db.wake(.receivedActivities)
        return true
    }

    /// Claims the oldest kept activities that are due, leaving out actors of which an earlier one is claimed
    /// elsewhere.
    ///
    /// One that failed and waits for its next attempt holds nothing up.
    ///
    /// `lease`: until when nobody else may claim them; they fall free by themselves then.
    public func claim(now: Timestamp, lease: Timestamp, limit: Int) throws(StorageError) -> [ReceivedActivity]
    {
        try db.run(
            """
            UPDATE received_activity SET due_at = \(lease), attempts = attempts + 1
            WHERE id IN (
                SELECT r.id FROM received_activity r WHERE r.state = 'kept' AND r.due_at <= \(now)
                    AND NOT EXISTS (SELECT 1 FROM received_activity e WHERE e.state = 'kept' AND e.id < r.id
                        AND e.actor = r.actor AND e.due_at > \(now) AND e.reason IS NULL)
                ORDER BY r.id LIMIT \(limit) \(fragment: db.dialect.skipLocked))
                AND state = 'kept' AND due_at <= \(now)
            RETURNING *
            """
        ).decoded(ReceivedActivity.init(row:)).sorted { $0.id < $1.id }
    }

    /// Marks an activity as applied or ignored and lets its body go; part of the transaction of its effect.
    ///
    /// - Returns: false when somebody else has finished it: the caller's transaction must then have no effect.
    public func finish(
        _ id: ReceivedActivity.ID,
        as state: ReceivedActivity.State,
        reason: String? = nil
    ) throws(StorageError) -> Bool {
        let empty: [UInt8] = []
        return try !db.run(
            """
            UPDATE received_activity SET state = \(state), reason = \(reason), body = \(empty)
            WHERE id = \(id) AND state = 'kept' RETURNING id
            """
        ).isEmpty
    }

    /// Puts a failed one back for later, or aside for an operator: it keeps its body.
    public func postpone(
        _ id: ReceivedActivity.ID,
        until due: Timestamp,
        quarantine: Bool,
        reason: String
    ) throws(StorageError) {
        let state: ReceivedActivity.State = quarantine ? .quarantined : .kept
        try db.run(
            """
            UPDATE received_activity SET state = \(state), due_at = \(due), reason = \(reason)
            WHERE id = \(id) AND state = 'kept'
            """
        )
    }

    /// Makes every claim fall free; for the start of the only process on a database.
    public func releaseAll(now: Timestamp) throws(StorageError) {
        try db.run("UPDATE received_activity SET due_at = \(now) WHERE state = 'kept' AND due_at > \(now)")
    }

    /// Whether a kept activity is due.
    public func hasDue(now: Timestamp) throws(StorageError) -> Bool {
        try !db.run(
            "SELECT 1 AS found FROM received_activity WHERE state = 'kept' AND due_at <= \(now) LIMIT 1"
        ).isEmpty
    }

    /// How many there are in each state.
    public func counts() throws(StorageError) -> [ReceivedActivity.State: Int] {
        var counts: [ReceivedActivity.State: Int] = [:]
        for row in try db.run("SELECT state, COUNT(*) AS n FROM received_activity GROUP BY state") {
            counts[try row["state"]] = try row["n"]
        }
        return counts
    }

    /// The activity with a URI.
    public func find(uri: URI) throws(StorageError) -> ReceivedActivity? {
        try db.run("SELECT * FROM received_activity WHERE uri = \(uri)").decoded(ReceivedActivity.init(row:))
            .first
    }
}

extension SQLConnection {
    /// The `received_activity` table.
    public var receivedActivities: ReceivedActivityStore { ReceivedActivityStore(db: self) }
}

extension ReceivedActivity {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            uri: try row["uri"],
            actor: try row["actor"],
            host: try row["host"],
            recipient: try row["recipient_id"],
            body: try row["body"],
            receivedAt: try row["received_at"],
            attempts: try row["attempts"]
        )
    }
}
