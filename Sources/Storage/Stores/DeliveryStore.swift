public import Domain

/// The `delivery` table: one row for each activity and inbox, from the moment it is owed.
///
/// What the worker of a lane asks is in `DeliveryStore+Lane`, what operators and admins cause in `DeliveryStore+Acts`.
public struct DeliveryStore {
    let db: any SQLConnection

    /// Adds deliveries and makes their hosts' lanes due; part of the transaction that makes the activity.
    public func insert(_ deliveries: [Delivery]) throws(StorageError) {
        var due: [Host: Timestamp] = [:]
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
            guard !added.isEmpty else { continue }
            due[delivery.inbox.host] = min(due[delivery.inbox.host] ?? delivery.createdAt, delivery.createdAt)
        }
        // In one order, so that two that write to the same hosts do not wait for each other.
        for (host, time) in due.sorted(by: { $0.key < $1.key }) { try db.lanes.makeDue(host, at: time) }
        if !deliveries.isEmpty { db.wake(.deliveries) }
    }

    /// Whether an activity was, or is to be, sent to a host.
    public func exists(of activity: OutboxActivity.ID, to host: Host) throws(StorageError) -> Bool {
        try !db.run(
            "SELECT 1 AS found FROM delivery WHERE activity_id = \(activity) AND host = \(host) LIMIT 1"
        ).isEmpty
    }

    /// The inboxes that were, or are to be, sent a post or a change of it; as far back as deliveries are kept.
    public func inboxes(about post: Post.ID) throws(StorageError) -> [URI] {
        try db.run(
            """
            SELECT DISTINCT d.inbox AS inbox FROM outbox_activity o JOIN delivery d ON d.activity_id = o.id
            WHERE o.post_id = \(post) AND o.type IN ('Create', 'Update')
            """
        ).decoded { row throws(StorageError) in try row["inbox"] }
    }

    /// The inboxes that were, or are to be, sent one activity.
    public func inboxes(sent activity: URI) throws(StorageError) -> [URI] {
        try db.run(
            """
            SELECT d.inbox AS inbox FROM outbox_activity o JOIN delivery d ON d.activity_id = o.id
            WHERE o.uri = \(activity)
            """
        ).decoded { row throws(StorageError) in try row["inbox"] }
    }

    /// The inboxes that were, or are to be, sent anything by an account; as far back as deliveries are kept.
    ///
    /// Reads all that the account has sent: for its farewell only.
    public func inboxes(reachedBy account: Account.ID) throws(StorageError) -> [URI] {
        try db.run(
            """
            SELECT DISTINCT d.inbox AS inbox FROM outbox_activity o JOIN delivery d ON d.activity_id = o.id
            WHERE o.account_id = \(account)
            """
        ).decoded { row throws(StorageError) in try row["inbox"] }
    }

    /// The hosts that an activity goes, or went, to.
    public func hosts(of activity: OutboxActivity.ID) throws(StorageError) -> Set<Host> {
        Set(
            try db.run("SELECT DISTINCT host FROM delivery WHERE activity_id = \(activity)")
                .decoded { row throws(StorageError) -> Host in try row["host"] }
        )
    }

    /// Removes the records of deliveries that were finished before a time, at most so many.
    ///
    /// - Returns: how many were removed.
    @discardableResult
    public func removeFinished(before limit: Timestamp, limit count: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM delivery WHERE id IN (SELECT id FROM delivery
                WHERE state <> 'waiting' AND finished_at < \(limit) ORDER BY finished_at LIMIT \(count))
            RETURNING id
            """
        ).count
    }
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
