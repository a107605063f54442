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
    /// Failures in a row.
    public var failures: Int
    /// When the present run of failures began.
    public var firstFailureAt: Timestamp?
    /// When its circuit opened: since then only one probe per interval is sent. Nil while it is closed.
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

    /// Makes a lane due at a time, unless it is due earlier or its circuit is open.
    func makeDue(_ host: Host, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO lane (host, due_at, lease_until, failures) VALUES (\(host), \(time), 0, 0)
            ON CONFLICT (host) DO UPDATE SET due_at = excluded.due_at
            WHERE lane.opened_at IS NULL AND (lane.due_at IS NULL OR lane.due_at > excluded.due_at)
            """)
    }

    /// Claims the lanes that have waited longest.
    ///
    /// - Parameter lease: until when nobody else may claim them.
    public func claim(
        owner: String,
        now: Timestamp,
        lease: Timestamp,
        limit: Int
    ) throws(StorageError) -> [Lane] {
        try db.run(
            """
            UPDATE lane SET lease_owner = \(owner), lease_until = \(lease)
            WHERE host IN (
                SELECT l.host FROM lane l WHERE l.due_at <= \(now) AND l.lease_until <= \(now)
                ORDER BY l.due_at LIMIT \(limit) \(fragment: db.dialect.skipLocked))
                AND due_at <= \(now) AND lease_until <= \(now)
            RETURNING *
            """
        ).decoded(Lane.init(row:))
    }

    /// Writes a lane's health and next due time and gives the lease back.
    ///
    /// - Returns: false, with nothing changed, when the lease has passed to somebody else.
    public func release(_ lane: Lane, owner: String) throws(StorageError) -> Bool {
        try !db.run(
            """
            UPDATE lane SET due_at = \(lane.dueAt), lease_owner = NULL, lease_until = 0, failures = \(lane.failures),
                first_failure_at = \(lane.firstFailureAt), opened_at = \(lane.openedAt),
                last_success_at = \(lane.lastSuccessAt), last_failure_at = \(lane.lastFailureAt),
                last_reason = \(lane.lastReason)
            WHERE host = \(lane.host) AND lease_owner = \(owner) RETURNING host
            """
        ).isEmpty
    }

    /// Closes a host's circuit and makes what waits for it due: a validly signed request came from it, or an
    /// operator says so.
    public func reopen(_ host: Host, at time: Timestamp) throws(StorageError) {
        let rows = try db.run(
            """
            UPDATE lane SET opened_at = NULL, failures = 0, first_failure_at = NULL, due_at = \(time)
            WHERE host = \(host) RETURNING host
            """)
        guard !rows.isEmpty else { return }
        try db.deliveries.makeDue(on: host, at: time)
        db.wake(.deliveries)
    }

    /// Whether a host's circuit is open.
    public func isOpen(_ host: Host) throws(StorageError) -> Bool {
        try !db.run("SELECT 1 AS found FROM lane WHERE host = \(host) AND opened_at IS NOT NULL").isEmpty
    }

    /// Makes every lease fall free; for the start of the only process on a database.
    public func releaseAll() throws(StorageError) {
        try db.run("UPDATE lane SET lease_owner = NULL, lease_until = 0 WHERE lease_until > 0")
    }

    /// When the next lane is due that nobody holds; nil when none is.
    public func nextDue() throws(StorageError) -> Timestamp? {
        let row = try db.run(
            """
            SELECT MIN(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) AS due
            FROM lane WHERE due_at IS NOT NULL
            """
        ).first
        return try row?["due"]
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
            failures: try row["failures"],
            firstFailureAt: try row["first_failure_at"],
            openedAt: try row["opened_at"],
            lastSuccessAt: try row["last_success_at"],
            lastFailureAt: try row["last_failure_at"],
            lastReason: try row["last_reason"]
        )
    }
}
