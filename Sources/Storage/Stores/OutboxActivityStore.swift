public import Domain

/// The `outbox_activity` table.
public struct OutboxActivityStore {
    let db: any SQLConnection

    /// Adds an activity.
    public func insert(_ activity: OutboxActivity) throws(StorageError) {
        try db.run(
            """
            INSERT INTO outbox_activity (id, uri, account_id, type, object, post_id, is_public, json, created_at)
            VALUES (\(activity.id), \(activity.uri), \(activity.actor), \(activity.type), \(activity.object),
                \(activity.post), \(activity.isPublic), \(activity.json), \(activity.createdAt))
            """
        )
    }

    /// The highest id among activities and deliveries, which are sent in the order of their ids; 0 without any.
    ///
    /// What a process issues after its start has to lie above it: `IDGenerator.init(clock:after:random:)`.
    public func highestID() throws(StorageError) -> Int64 {
        let rows =
            try db.run("SELECT MAX(id) AS id FROM outbox_activity")
            + db.run("SELECT MAX(id) AS id FROM delivery")
        return try rows.decoded { row throws(StorageError) -> Int64? in try row["id"] }.compactMap(\.self)
            .max() ?? 0
    }

    /// The activity with an id.
    public func find(_ id: OutboxActivity.ID) throws(StorageError) -> OutboxActivity? {
        try db.run("SELECT * FROM outbox_activity WHERE id = \(id)").decoded(OutboxActivity.init(row:)).first
    }

    /// A page of an account's public activities whose post still stands, newest first.
    public func publicPage(
        of account: Account.ID,
        before: OutboxActivity.ID?,
        limit: Int
    ) throws(StorageError) -> [OutboxActivity] {
        let end = before ?? OutboxActivity.ID(rawValue: .max)
        return try db.run(
            """
            SELECT o.* FROM outbox_activity o LEFT JOIN post p ON p.id = o.post_id
            WHERE o.account_id = \(account) AND o.is_public = 1 AND o.type IN ('Create', 'Announce')
                AND p.deleted_at IS NULL
                AND (o.type = 'Create' OR EXISTS (SELECT 1 FROM reaction r WHERE r.uri = o.uri)) AND o.id < \(end)
            ORDER BY o.id DESC LIMIT \(limit)
            """
        ).decoded(OutboxActivity.init(row:))
    }

    /// How many of an account's public activities stand.
    public func countPublic(of account: Account.ID) throws(StorageError) -> Int {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM outbox_activity o LEFT JOIN post p ON p.id = o.post_id
            WHERE o.account_id = \(account) AND o.is_public = 1 AND o.type IN ('Create', 'Announce')
                AND p.deleted_at IS NULL
                AND (o.type = 'Create' OR EXISTS (SELECT 1 FROM reaction r WHERE r.uri = o.uri))
            """
        ).count("n")
    }
}

extension SQLConnection {
    /// The `outbox_activity` table.
    public var outboxActivities: OutboxActivityStore { OutboxActivityStore(db: self) }
}

extension OutboxActivity {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            uri: try row["uri"],
            actor: try row["account_id"],
            type: try row["type"],
            object: try row["object"],
            post: try row["post_id"],
            isPublic: try row["is_public"],
            json: try row["json"],
            createdAt: try row["created_at"]
        )
    }
}
