public import Domain

/// The `received_activity` table: what came in, until it has had its effect, and its id for ever after.
public struct ReceivedActivityStore {
    let db: any SQLConnection

    /// Keeps a verified activity.
    ///
    /// It is due at once and always: its turn does not depend on any clock.
    ///
    /// - Returns: false, with nothing changed, when an activity with its URI was kept before.
    public func keep(_ received: ReceivedActivity) throws(StorageError) -> Bool {
        let added = try db.run(
            """
            INSERT INTO received_activity
                (id, uri, actor, host, recipient_id, body, state, due_at, attempts, crashes, received_at)
            VALUES (\(received.id), \(received.uri), \(received.actor), \(received.host), \(received.recipient),
                \(received.body), 'kept', 0, 0, 0, \(received.receivedAt))
            ON CONFLICT (uri) DO NOTHING RETURNING id
            """
        )
        guard !added.isEmpty else { return false }
        db.wake(.receivedActivities)
        return true
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
            WHERE id = \(id) AND state IN ('kept', 'claimed', 'suspected') RETURNING id
            """
        ).isEmpty
    }

    /// Puts a failed one back for later: it keeps its body, and is suspected of nothing any more.
    ///
    /// `counts`: whether the failure counts towards quarantine; those that are our own fault do not.
    public func postpone(
        _ id: ReceivedActivity.ID,
        until due: Timestamp,
        counts: Bool = true,
        reason: String
    ) throws(StorageError) {
        try db.run(
            """
            UPDATE received_activity SET state = 'kept', due_at = \(due), crashes = 0, reason = \(reason),
                attempts = attempts + \(counts ? 1 : 0)
            WHERE id = \(id) AND state IN ('kept', 'claimed', 'suspected')
            """
        )
    }

    /// Puts a failed one aside for an operator: it keeps its body.
    public func quarantine(_ id: ReceivedActivity.ID, reason: String) throws(StorageError) {
        try db.run(
            """
            UPDATE received_activity SET state = 'quarantined', attempts = attempts + 1, reason = \(reason)
            WHERE id = \(id) AND state IN ('kept', 'claimed', 'suspected')
            """
        )
    }

    /// What was put aside, oldest first, with the reasons.
    public func quarantined(limit: Int) throws(StorageError) -> [ReceivedActivity] {
        try db.run(
            "SELECT * FROM received_activity WHERE state = 'quarantined' ORDER BY id LIMIT \(limit)"
        ).decoded(ReceivedActivity.init(row:))
    }

    /// Lets what was put aside be tried anew: one, or all with nil; what ended processes is tried on its own.
    ///
    /// - Returns: how many.
    @discardableResult
    public func retryQuarantined(_ id: ReceivedActivity.ID? = nil) throws(StorageError) -> Int {
        let which: SQL = id.map { "id = \($0)" } ?? "1 = 1"
        let retried = try db.run(
            """
            UPDATE received_activity SET state = CASE WHEN crashes > 0 THEN 'suspected' ELSE 'kept' END,
                crashes = CASE WHEN crashes > 0 THEN 1 ELSE 0 END, due_at = 0, attempts = 0
            WHERE state = 'quarantined' AND \(fragment: which) RETURNING id
            """
        )
        if !retried.isEmpty { db.wake(.receivedActivities) }
        return retried.count
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
            attempts: try row["attempts"],
            crashes: try row["crashes"],
            reason: try row["reason"]
        )
    }
}
