public import Domain

/// Where a post went, for its author.
public struct PostDeliveriesView {
    let db: any SQLConnection

    /// One delivery of the post or of its edit.
    public struct Line: Sendable {
        /// Whose server it is for.
        public let host: Host
        /// The type of the activity that was sent: `Create` or `Update`.
        public let type: String
        /// How far it has come.
        public let state: Delivery.State
        /// How often it was tried.
        public let attempts: Int
        /// The HTTP status of the last answer; nil when none came.
        public let status: Int?
        /// Why the last attempt failed, in words for operators; nil when it was delivered or not tried yet.
        public let operatorReason: String?
        /// When it is due, if it waits.
        public let dueAt: Timestamp
        /// When it was delivered or given up; nil while it waits.
        public let finishedAt: Timestamp?
    }

    /// The deliveries of a post and its edits, what was given up first, then what waits, then what arrived.
    ///
    /// Empty for a post that another account has written. Deliveries that were finished a month ago are not kept.
    public func lines(of post: Post.ID, by author: Account.ID, limit: Int = 200) throws(StorageError)
        -> [Line]
    {
        try db.run(
            """
            SELECT d.host AS host, o.type AS type, d.state AS state, d.attempts AS attempts, d.status AS status,
                d.reason AS reason, d.due_at AS due_at, d.finished_at AS finished_at
            FROM outbox_activity o JOIN delivery d ON d.activity_id = o.id
            WHERE o.post_id = \(post) AND o.account_id = \(author) AND o.type IN ('Create', 'Update')
            ORDER BY CASE d.state WHEN 'undelivered' THEN 0 WHEN 'waiting' THEN 1 ELSE 2 END, d.host, d.id
            LIMIT \(min(max(limit, 1), 1_000))
            """
        ).decoded { row throws(StorageError) in
            Line(
                host: try row["host"],
                type: try row["type"],
                state: try row["state"],
                attempts: try row["attempts"],
                status: try row["status"],
                operatorReason: try row["reason"],
                dueAt: try row["due_at"],
                finishedAt: try row["finished_at"]
            )
        }
    }
}

extension PostDeliveriesView.Line {
    /// Why it did not arrive, in words for its author: nothing of our own network; nil when it has arrived or was not
    /// tried yet.
    public var authorText: String? {
        guard state != .delivered, state == .undelivered || attempts > 0 else { return nil }
        switch status {
        case 404, 410: return "there is no such inbox any more"
        case 401, 403: return "the server did not accept it from us"
        case 408, 429, 503: return "the server asked us to wait"
        case .some(500...): return "the server had a fault of its own"
        case .some: return "the server refused it"
        case nil where operatorReason == DeliveryStore.noPartnerReason:
            return "the school ended or paused the partnership"
        case nil: return "the server could not be reached"
        }
    }
}

extension SQLConnection {
    /// Where posts went.
    public var postDeliveries: PostDeliveriesView { PostDeliveriesView(db: self) }
}
