public import Domain

/// All deliveries for one host, with the host's health and the lease of the worker that sends them.
///
/// A lane with a lease belongs to one worker in one process; nobody else sends to its host until the lease is
/// released or lapses, so order and limits per host need no other lock.
public struct Lane: Sendable, Hashable {
    /// The host.
    public let host: Host
    /// When it has something to send; nil when nothing waits.
    public var dueAt: Timestamp?
    /// Nothing is sent before this: the host asked to wait, or does not answer.
    public var heldUntil: Timestamp
    /// Failures in a row.
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
            INSERT INTO lane (host, due_at, held_until, lease_until, failures) VALUES (\(host), \(time), 0, 0, 0)
            ON CONFLICT (host) DO UPDATE SET
                due_at = CASE WHEN lane.held_until > excluded.due_at THEN lane.held_until ELSE excluded.due_at END
            WHERE lane.due_at IS NULL OR lane.due_at > excluded.due_at
            """
        )
    }

    /// Claims the lanes that have waited longest.
    ///
    /// `lease`: until when nobody else may claim them.
    public func claim(
        owner: String,
        now: Timestamp,
        lease: Timestamp,
        limit: Int
    ) throws(StorageError) -> [Lane] {
        let due = try db.run(
            """
            SELECT l.host FROM lane l WHERE l.due_at <= \(now) AND l.lease_until <= \(now)
            ORDER BY l.due_at LIMIT \(limit) \(fragment: db.dialect.skipLocked)
            """
        ).decoded { row throws(StorageError) -> Host in try row["host"] }
        return try db.run(
            """
            UPDATE lane SET lease_owner = \(owner), lease_until = \(lease)
            WHERE host IN (\(list: due)) AND due_at <= \(now) AND lease_until <= \(now) RETURNING *
            """
        ).decoded(Lane.init(row:))
    }

    /// Writes a lane's health and next due time and gives the lease back.
    ///
    /// The caller has asked `held(_:owner:)` in the same transaction.
    public func release(_ lane: Lane, owner: String) throws(StorageError) {
        try db.run(
            """
            UPDATE lane SET due_at = \(lane.dueAt), held_until = \(lane.heldUntil), lease_owner = NULL,
                lease_until = 0, failures = \(lane.failures), first_failure_at = \(lane.firstFailureAt), opened_at = \(lane.openedAt),
                last_success_at = \(lane.lastSuccessAt), last_failure_at = \(lane.lastFailureAt),
                last_reason = \(lane.lastReason)
            WHERE host = \(lane.host) AND lease_owner = \(owner)
            """
        )
    }

    /// Closes a host's circuit and makes what waits for it due: a validly signed request came from it, or an
    /// operator says so.
    public func reopen(_ host: Host, at time: Timestamp) throws(StorageError) {
        let rows = try db.run(
            """
            UPDATE lane SET opened_at = NULL, held_until = 0, failures = 0, first_failure_at = NULL, due_at = \(time)
            WHERE host = \(host) RETURNING host
            """
        )
        guard !rows.isEmpty else { return }
        try db.deliveries.makeDue(on: host, at: time)
        db.wake(.deliveries)
    }

    /// Whether deliveries to a host have been failing.
    public func isFailing(_ host: Host) throws(StorageError) -> Bool {
        try !db.run("SELECT 1 AS found FROM lane WHERE host = \(host) AND failures > 0").isEmpty
    }

    /// Whether a lane is due that nobody holds.
    public func hasDue(now: Timestamp) throws(StorageError) -> Bool {
        try !db.run(
            "SELECT 1 AS found FROM lane WHERE due_at <= \(now) AND lease_until <= \(now) LIMIT 1"
        ).isEmpty
    }

    /// A lane as it stands now, if a worker still holds it.
    public func held(_ host: Host, owner: String) throws(StorageError) -> Lane? {
        try db.run("SELECT * FROM lane WHERE host = \(host) AND lease_owner = \(owner)")
            .decoded(Lane.init(row:)).first
    }

    /// Makes every lease fall free; for the start of the only process on a database.
    public func releaseAll() throws(StorageError) {
        try db.run("UPDATE lane SET lease_owner = NULL, lease_until = 0 WHERE lease_until > 0")
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
            failures: try row["failures"],
            firstFailureAt: try row["first_failure_at"],
            openedAt: try row["opened_at"],
            lastSuccessAt: try row["last_success_at"],
            lastFailureAt: try row["last_failure_at"],
            lastReason: try row["last_reason"]
        )
    }
}
