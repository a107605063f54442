public import Domain

/// The `delivery` table: one row for each activity and inbox, from the moment it is owed.
public struct DeliveryStore {
    let db: any SQLConnection

    /// Adds deliveries and makes their hosts' lanes due; part of the transaction that makes the activity.
    public func insert(_ deliveries: [Delivery]) throws(StorageError) {
        for delivery in deliveries {
            let added = try db.run(
                """
                INSERT INTO delivery (id, activity_id, account_id, school_id, host, inbox, object, is_direct, state,
                    due_at, attempts, created_at)
                VALUES (\(delivery.id), \(delivery.activity), \(delivery.actor), \(delivery.school),
                    \(delivery.inbox.host), \(delivery.inbox), \(delivery.object), \(delivery.isDirect), 'waiting',
                    \(delivery.createdAt), 0, \(delivery.createdAt))
                ON CONFLICT (activity_id, inbox) DO NOTHING RETURNING id
                """
            )
            if !added.isEmpty { try db.lanes.makeDue(delivery.inbox.host, at: delivery.createdAt) }
        }
        if !deliveries.isEmpty { db.wake(.deliveries) }
    }

    /// The due deliveries of one host for the worker that holds its lane, those to a person first, then the oldest.
    ///
    /// Left out: those whose school has paused the host, and those that would overtake an earlier one about the same
    /// object, which is not due yet or would come later because it names nobody in person.
    public func due(on host: Host, now: Timestamp, limit: Int) throws(StorageError) -> [Delivery] {
        // The sum keeps the engine from the index by due time: it would sort all that is due to find a few.
        try db.run(
            """
            SELECT d.* FROM delivery d WHERE d.state = 'waiting' AND d.host = \(host) AND d.due_at + 0 <= \(now)
                AND \(fragment: Self.isNotPaused)
                AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.state = 'waiting' AND e.host = d.host
                    AND e.object = d.object AND e.id < d.id AND (e.due_at > \(now) OR e.is_direct < d.is_direct))
            ORDER BY d.is_direct DESC, d.id LIMIT \(limit)
            """
        ).decoded(Delivery.init(row:))
    }

    /// The one delivery that shows whether a failing host is back: the one tried least often, due or not.
    public func probe(on host: Host) throws(StorageError) -> [Delivery] {
        try db.run(
            """
            SELECT d.* FROM delivery d WHERE d.state = 'waiting' AND d.host = \(host) AND \(fragment: Self.isNotPaused)
            ORDER BY d.attempts, d.id LIMIT 1
            """
        ).decoded(Delivery.init(row:))
    }

    /// Gives up what has waited too long for a host.
    ///
    /// `limit`: deliveries made before this are given up,
    /// `partnerLimit`: those to an approved or paused partner only when made before this.
    public func expire(
        on host: Host,
        madeBefore limit: Timestamp,
        orForPartnersBefore partnerLimit: Timestamp,
        at time: Timestamp
    ) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET state = 'undelivered', finished_at = \(time),
                reason = COALESCE(reason, 'the server could not be reached')
            WHERE state = 'waiting' AND host = \(host) AND created_at < \(limit)
                AND (created_at < \(partnerLimit) OR NOT EXISTS (SELECT 1 FROM partner q
                    WHERE q.school_id = delivery.school_id AND q.host = delivery.host AND q.state IN ('approved', 'paused')))
            """
        )
    }

    /// When a host's next delivery is due; nil when nothing waits that may be sent.
    public func nextDue(on host: Host) throws(StorageError) -> Timestamp? {
        let row = try db.run(
            """
            SELECT MIN(d.due_at) AS due FROM delivery d
            WHERE d.state = 'waiting' AND d.host = \(host) AND \(fragment: Self.isNotPaused)
            """
        ).first
        return try row?["due"]
    }

    /// Records that an inbox took its delivery.
    public func markDelivered(_ id: Delivery.ID, status: Int, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET state = 'delivered', status = \(status), reason = NULL, attempts = attempts + 1,
                finished_at = \(time)
            WHERE id = \(id) AND state = 'waiting'
            """
        )
    }

    /// Records a failed attempt that will be repeated.
    public func markWaiting(
        _ id: Delivery.ID,
        until due: Timestamp,
        status: Int?,
        reason: String
    ) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET due_at = \(due), status = \(status), reason = \(reason), attempts = attempts + 1
            WHERE id = \(id) AND state = 'waiting'
            """
        )
    }

    /// Gives a delivery up, with the reason that its author will read.
    public func markUndelivered(
        _ id: Delivery.ID,
        status: Int?,
        reason: String,
        at time: Timestamp
    ) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET state = 'undelivered', status = \(status), reason = \(reason),
                attempts = attempts + 1, finished_at = \(time)
            WHERE id = \(id) AND state = 'waiting'
            """
        )
    }

    /// Gives up everything that waits for a host on behalf of a school; when a partnership ends.
    public func giveUp(on host: Host, of school: School.ID, reason: String, at time: Timestamp)
        throws(StorageError)
    {
        try db.run(
            """
            UPDATE delivery SET state = 'undelivered', reason = \(reason), finished_at = \(time)
            WHERE state = 'waiting' AND host = \(host) AND school_id = \(school)
            """
        )
    }

    /// Makes deliveries due now: those that wait and those that were given up, of one host or of all.
    ///
    /// - Returns: how many.
    public func retry(host: Host?, at time: Timestamp) throws(StorageError) -> Int {
        let which: SQL = host.map { "host = \($0)" } ?? "1 = 1"
        let rows = try db.run(
            """
            UPDATE delivery SET state = 'waiting', due_at = \(time), finished_at = NULL
            WHERE state IN ('waiting', 'undelivered') AND \(fragment: which) RETURNING host
            """
        )
        for host in Set(try rows.decoded({ row throws(StorageError) -> Host in try row["host"] })) {
            try db.lanes.reopen(host, at: time)
        }
        db.wake(.deliveries)
        return rows.count
    }

    /// Whether an activity was, or is to be, sent to a host.
    public func exists(of activity: OutboxActivity.ID, to host: Host) throws(StorageError) -> Bool {
        try !db.run(
            "SELECT 1 AS found FROM delivery WHERE activity_id = \(activity) AND host = \(host) LIMIT 1"
        ).isEmpty
    }

    /// Removes the records of deliveries that were finished before a time, at most so many.
    public func removeFinished(before limit: Timestamp, limit count: Int) throws(StorageError) {
        try db.run(
            """
            DELETE FROM delivery WHERE id IN (SELECT id FROM delivery
                WHERE state <> 'waiting' AND finished_at < \(limit) ORDER BY finished_at LIMIT \(count))
            """
        )
    }

    /// Makes everything that waits for a host due now; when the host has shown that it is back.
    public func makeDue(on host: Host, at time: Timestamp) throws(StorageError) {
        try db.run(
            "UPDATE delivery SET due_at = \(time) WHERE state = 'waiting' AND host = \(host) AND due_at > \(time)"
        )
    }

    private static let isNotPaused: SQL = """
        NOT EXISTS (SELECT 1 FROM partner q
            WHERE q.school_id = d.school_id AND q.host = d.host AND q.state = 'paused')
        """
}

extension SQLConnection {
    /// The `delivery` table.
    public var deliveries: DeliveryStore { DeliveryStore(db: self) }
}

extension Delivery {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            activity: try row["activity_id"],
            actor: try row["account_id"],
            school: try row["school_id"],
            inbox: try row["inbox"],
            object: try row["object"],
            isDirect: try row["is_direct"],
            attempts: try row["attempts"],
            createdAt: try row["created_at"]
        )
    }
}
