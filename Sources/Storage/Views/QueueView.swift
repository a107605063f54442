public import Domain

/// The delivery queue as operators see it.
public struct QueueView {
    let db: any SQLConnection

    /// One host's part of the queue.
    public struct HostLine: Sendable {
        /// The host.
        public let host: Host
        /// Deliveries that wait.
        public let waiting: Int
        /// When the oldest of them was made.
        public let oldest: Timestamp?
        /// Deliveries that were given up.
        public let undelivered: Int
        /// Failures in a row.
        public let failures: Int
        /// Whether the circuit is open: only probes are sent.
        public let isOpen: Bool
        /// When the next attempt is due.
        public let dueAt: Timestamp?
        /// Why the last attempt failed.
        public let lastReason: String?
    }

    /// One delivery.
    public struct Line: Sendable {
        /// The delivery's id.
        public let id: Delivery.ID
        /// The sent activity's URI and type.
        public let activity: URI
        /// Its type, such as `Create`.
        public let type: String
        /// Where to.
        public let inbox: URI
        /// How far it has come.
        public let state: Delivery.State
        /// How often it was tried.
        public let attempts: Int
        /// When it is due, if it waits.
        public let dueAt: Timestamp
        /// Why the last attempt failed.
        public let reason: String?
    }

    /// How much waits.
    public struct Backlog: Sendable, Hashable {
        /// Deliveries that are not sent yet.
        public let deliveries: Int
        /// When the oldest of them was made.
        public let oldest: Timestamp?
        /// Received activities without their effect yet.
        public let received: Int
    }

    /// How much waits; cheap, however much was finished.
    public func backlog() throws(StorageError) -> Backlog {
        let waiting = try db.run(
            "SELECT COUNT(*) AS n, MIN(created_at) AS oldest FROM delivery WHERE state = 'waiting'"
        )
        let kept = try db.run("SELECT COUNT(*) AS n FROM received_activity WHERE state = 'kept'")
        let inWork = try db.run(
            "SELECT COUNT(*) AS n FROM received_activity WHERE state IN ('claimed', 'suspected')"
        )
        return Backlog(
            deliveries: try waiting.count("n"),
            oldest: try waiting.first?["oldest"],
            received: try kept.count("n") + inWork.count("n")
        )
    }

    /// How many deliveries there are in each state; of one school, or of all.
    public func counts(of school: School.ID? = nil) throws(StorageError) -> [Delivery.State: Int] {
        let which: SQL = school.map { "school_id = \($0)" } ?? "1 = 1"
        var counts: [Delivery.State: Int] = [:]
        let rows = try db.run(
            "SELECT state, COUNT(*) AS n FROM delivery WHERE \(fragment: which) GROUP BY state"
        )
        for row in rows {
            counts[try row["state"]] = try row["n"]
        }
        return counts
    }

    /// Hosts with something waiting or given up, longest queue first; of one school's deliveries, or of all.
    public func hosts(of school: School.ID? = nil, limit: Int = 100) throws(StorageError) -> [HostLine] {
        let which: SQL = school.map { "d.school_id = \($0)" } ?? "1 = 1"
        return try db.run(
            """
            SELECT d.host AS host, SUM(CASE WHEN d.state = 'waiting' THEN 1 ELSE 0 END) AS waiting,
                MIN(CASE WHEN d.state = 'waiting' THEN d.created_at END) AS oldest,
                SUM(CASE WHEN d.state = 'undelivered' THEN 1 ELSE 0 END) AS undelivered,
                MAX(l.failures) AS failures, MAX(l.opened_at) AS opened_at, MAX(l.due_at) AS due_at,
                MAX(l.last_reason) AS last_reason
            FROM delivery d LEFT JOIN lane l ON l.host = d.host
            WHERE d.state IN ('waiting', 'undelivered') AND \(fragment: which)
            GROUP BY d.host ORDER BY waiting DESC, d.host LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in
            let opened: Timestamp? = try row["opened_at"]
            let failures: Int? = try row["failures"]
            return HostLine(
                host: try row["host"],
                waiting: try row["waiting"],
                oldest: try row["oldest"],
                undelivered: try row["undelivered"],
                failures: failures ?? 0,
                isOpen: opened != nil,
                dueAt: try row["due_at"],
                lastReason: try row["last_reason"]
            )
        }
    }

    /// Deliveries in a state, or all, oldest first; of one host, or of all.
    public func deliveries(
        _ state: Delivery.State?,
        host: Host?,
        school: School.ID? = nil,
        limit: Int = 100
    ) throws(StorageError) -> [Line] {
        let ofSchool: SQL = school.map { "d.school_id = \($0)" } ?? "1 = 1"
        let inState: SQL = state.map { "d.state = \($0)" } ?? "1 = 1"
        let atHost: SQL = host.map { "d.host = \($0)" } ?? "1 = 1"
        return try db.run(
            """
            SELECT d.id AS id, o.uri AS activity, o.type AS type, d.inbox AS inbox, d.state AS state,
                d.attempts AS attempts, d.due_at AS due_at, d.reason AS reason
            FROM delivery d JOIN outbox_activity o ON o.id = d.activity_id
            WHERE \(fragment: inState) AND \(fragment: atHost) AND \(fragment: ofSchool) ORDER BY d.id LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in
            Line(
                id: try row["id"],
                activity: try row["activity"],
                type: try row["type"],
                inbox: try row["inbox"],
                state: try row["state"],
                attempts: try row["attempts"],
                dueAt: try row["due_at"],
                reason: try row["reason"]
            )
        }
    }
}

extension SQLConnection {
    /// The delivery queue for operators.
    public var queue: QueueView { QueueView(db: self) }
}
