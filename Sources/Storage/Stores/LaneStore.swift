public import Domain

/// All deliveries for one host, with the host's health and the lease of the worker that sends them.
///
/// A lane with a lease belongs to the one claim whose token it has; nobody else sends to its host until the lease is
/// released or lapses, so order and limits per host need no other lock.
public struct Lane: Sendable, Hashable {
    /// The host.
    public let host: Host
    /// When it has something to send; nil when nothing waits.
    public var dueAt: Timestamp?
    /// Nothing is sent before this: the host asked to wait, or does not answer.
    public var heldUntil: Timestamp
    /// Until when the host itself has asked to wait; `heldUntil` is never earlier.
    public var askedUntil: Timestamp
    /// Failures in a row that were the host's own.
    public var failures: Int
    /// When the present run of failures began.
    public var firstFailureAt: Timestamp?
    /// When its circuit opened: since then only one probe per interval is sent.
    ///
    /// Nil while it is closed.
    public var openedAt: Timestamp?
    /// When a delivery last arrived.
    public var lastSuccessAt: Timestamp?
    /// When one last failed for the host's sake.
    public var lastFailureAt: Timestamp?
    /// Why.
    public var lastReason: String?
}

/// The `lane` table.
public struct LaneStore {
    let db: any SQLConnection

    /// Makes a lane due at a time, or as soon as its host is not held any more.
    func makeDue(_ host: Host, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO lane (host, due_at, held_until, asked_until, lease_until, failures)
            VALUES (\(host), \(time), 0, 0, 0, 0)
            ON CONFLICT (host) DO UPDATE SET
                due_at = CASE WHEN lane.held_until > excluded.due_at THEN lane.held_until ELSE excluded.due_at END
            WHERE lane.due_at IS NULL OR lane.due_at > excluded.due_at
            """
        )
    }

    /// Claims the lanes that have waited longest, of those whose hosts are well or of those whose hosts fail.
    ///
    /// `token`: names this claim and no other; what it brings is recorded only while the lane still has it.
    /// `owner`: the process that claims; when it is gone they are freed.
    /// `lease`: until when nobody else may claim them.
    ///
    /// A lane whose row is damaged is set aside and holds up no other.
    public func claim(
        token: String,
        by owner: ID<ServingProcess>? = nil,
        failing: Bool = false,
        now: Timestamp,
        lease: Timestamp,
        limit: Int
    ) throws(StorageError) -> [Lane] {
        let kind: SQL = failing ? "l.failures > 0" : "l.failures = 0"
        let due = try db.run(
            """
            SELECT l.host FROM lane l WHERE l.due_at <= \(now) AND l.lease_until <= \(now) AND \(fragment: kind)
            ORDER BY l.due_at LIMIT \(limit) \(fragment: db.dialect.skipLocked)
            """
        ).decoded { row throws(StorageError) -> String in try row["host"] }
        if due.isEmpty { return [] }
        let rows = try db.run(
            """
            UPDATE lane SET lease_token = \(token), lease_owner = \(owner), lease_until = \(lease)
            WHERE host IN (\(list: due)) AND due_at <= \(now) AND lease_until <= \(now) RETURNING *
            """
        )
        var lanes: [Lane] = []
        for row in rows {
            do throws(StorageError) {
                lanes.append(try Lane(row: row))
            } catch {
                let name: String = try row["host"]
                let reason = "its row is damaged: \(error)"
                try db.run("UPDATE lane SET due_at = NULL, last_reason = \(reason) WHERE host = \(name)")
            }
        }
        return lanes
    }

    /// Writes a lane's health and next due time and gives the lease back.
    ///
    /// The caller has asked `held(_:token:)` in the same transaction.
    public func release(_ lane: Lane, token: String) throws(StorageError) {
        try db.run(
            """
            UPDATE lane SET due_at = \(lane.dueAt), held_until = \(lane.heldUntil), asked_until = \(lane.askedUntil),
                lease_token = NULL, lease_owner = NULL, lease_until = 0, failures = \(lane.failures),
                first_failure_at = \(lane.firstFailureAt), opened_at = \(lane.openedAt),
                last_success_at = \(lane.lastSuccessAt), last_failure_at = \(lane.lastFailureAt),
                last_reason = \(lane.lastReason)
            WHERE host = \(lane.host) AND lease_token = \(token)
            """
        )
    }

    /// Closes a host's circuit and makes its lane due: an operator says so.
    public func reopen(_ host: Host, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            UPDATE lane SET opened_at = NULL, held_until = 0, asked_until = 0, failures = 0, first_failure_at = NULL,
                due_at = \(time)
            WHERE host = \(host)
            """
        )
        try db.deliveries.makeDueUnanswered(on: host, at: time)
        db.wake(.deliveries)
    }

    /// Makes one probe due, since a validly signed request came from the host; at most once in five minutes.
    ///
    /// The circuit stays open until the probe arrives: that a host can write does not mean that it takes anything. A
    /// host that has asked to wait is left alone. Whoever calls this may do so at every request.
    public func noteHeard(from host: Host, at time: Timestamp) throws(StorageError) {
        let rows = try db.run(
            """
            UPDATE lane SET due_at = \(time), held_until = \(time), heard_at = \(time)
            WHERE host = \(host) AND opened_at IS NOT NULL AND held_until > \(time) AND due_at IS NOT NULL
                AND asked_until <= \(time) AND (heard_at IS NULL OR heard_at <= \(time - .minutes(5)) OR heard_at > \(time))
            RETURNING host
            """
        )
        if !rows.isEmpty { db.wake(.deliveries) }
    }

    /// A host's lane as it stands; nil when nothing was sent to it for a while.
    public func find(_ host: Host) throws(StorageError) -> Lane? {
        try db.run("SELECT * FROM lane WHERE host = \(host)").decoded(Lane.init(row:)).first
    }

    /// Removes the lanes of hosts to which nothing waits and nothing was sent since a time, at most so many.
    ///
    /// One that is made due at the same instant stays: the condition is asked again of the locked row.
    /// - Returns: how many were removed.
    @discardableResult
    public func removeIdle(since limit: Timestamp, now: Timestamp, limit count: Int) throws(StorageError)
        -> Int
    {
        try db.run(
            """
            DELETE FROM lane WHERE host IN (SELECT l.host FROM lane l
                WHERE l.due_at IS NULL AND l.lease_until <= \(now)
                    AND COALESCE(l.last_success_at, 0) < \(limit) AND COALESCE(l.last_failure_at, 0) < \(limit)
                    AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.state = 'waiting' AND d.host = l.host)
                LIMIT \(count)) AND due_at IS NULL
            RETURNING host
            """
        ).count
    }

    /// Whether a lane is due that nobody holds.
    public func hasDue(now: Timestamp) throws(StorageError) -> Bool {
        try !db.run(
            """
            SELECT 1 AS found FROM lane WHERE due_at <= \(now) AND lease_until <= \(now) AND failures = 0
            UNION ALL SELECT 1 FROM lane WHERE due_at <= \(now) AND lease_until <= \(now) AND failures > 0 LIMIT 1
            """
        ).isEmpty
    }

    /// A lane as it stands now, if a claim still holds it; it stays so until the transaction's end.
    ///
    /// The row is locked before anybody asks what waits for the host: whoever writes a delivery meanwhile makes the lane
    /// due after it was given back, and not before.
    public func held(_ host: Host, token: String) throws(StorageError) -> Lane? {
        try db.run(
            "UPDATE lane SET lease_token = lease_token WHERE host = \(host) AND lease_token = \(token) RETURNING *"
        ).decoded(Lane.init(row:)).first
    }

    /// Makes every lease fall free; for the start of the only process on a database.
    public func releaseAll() throws(StorageError) {
        try db.run(
            "UPDATE lane SET lease_token = NULL, lease_owner = NULL, lease_until = 0 WHERE lease_until > 0"
        )
    }

    /// Makes the leases of a process that is gone fall free, and wakes the others for them.
    ///
    /// What it still records, should it live, is refused: its tokens count no more.
    /// - Returns: how many.
    func releaseAll(of owner: ID<ServingProcess>) throws(StorageError) -> Int {
        let freed = try db.run(
            """
            UPDATE lane SET lease_token = NULL, lease_owner = NULL, lease_until = 0 WHERE lease_owner = \(owner)
            RETURNING host
            """
        )
        if !freed.isEmpty { db.wake(.deliveries) }
        return freed.count
    }
}

extension SQLConnection {
    /// The `lane` table.
    public var lanes: LaneStore { LaneStore(db: self) }
}

extension Lane {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            host: try row["host"],
            dueAt: try row["due_at"],
            heldUntil: try row["held_until"],
            askedUntil: try row["asked_until"],
            failures: try row["failures"],
            firstFailureAt: try row["first_failure_at"],
            openedAt: try row["opened_at"],
            lastSuccessAt: try row["last_success_at"],
            lastFailureAt: try row["last_failure_at"],
            lastReason: try row["last_reason"]
        )
    }
}
