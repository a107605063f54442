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
        /// When it was last tried; nil when it was not.
        public let triedAt: Timestamp?
        /// The HTTP status of the last answer; nil when none came.
        public let status: Int?
        /// Why the last attempt failed, in words for operators; nil when it was delivered or not tried yet.
        public let operatorReason: String?
        /// When it is due, if it waits: not before its host's next turn.
        public let dueAt: Timestamp
        /// When it was delivered or given up; nil while it waits.
        public let finishedAt: Timestamp?
        /// Whether the host does not answer at present.
        public let isSilent: Bool
        /// Whether the author's school has paused what it exchanges with the host.
        public let isPaused: Bool
        /// Whether the school exchanges activities with the host, or has paused it: else nothing is sent there again.
        public let isAdmitted: Bool
    }

    /// The deliveries of a post and its edits, what was given up first, then what waits, then what arrived.
    ///
    /// Empty for a post that another account has written. Deliveries that were finished a month ago are not kept.
    public func lines(of post: Post.ID, by author: Account.ID, limit: Int = 200) throws(StorageError)
        -> [Line]
    {
        try db.run(
            """
            SELECT d.host AS host, o.type AS type, d.state AS state, d.attempts AS attempts, d.tried_at AS tried_at,
                d.status AS status, d.reason AS reason, d.due_at AS due_at, l.held_until AS held_until,
                l.opened_at AS opened_at, d.finished_at AS finished_at,
                CASE WHEN EXISTS (SELECT 1 FROM partner p WHERE p.school_id = d.school_id AND p.host = d.host
                    AND p.state = 'paused') THEN 1 ELSE 0 END AS is_paused,
                CASE WHEN \(fragment: AdmissionSQL.isAdmitted(column: "d.host", by: "d.school_id")) THEN 1 ELSE 0 END
                    AS is_admitted
            FROM outbox_activity o JOIN delivery d ON d.activity_id = o.id LEFT JOIN lane l ON l.host = d.host
            WHERE o.post_id = \(post) AND o.account_id = \(author) AND o.type IN ('Create', 'Update')
            ORDER BY CASE d.state WHEN 'undelivered' THEN 0 WHEN 'waiting' THEN 1 ELSE 2 END, d.host, d.id
            LIMIT \(min(max(limit, 1), 1_000))
            """
        ).decoded { row throws(StorageError) in
            let (due, held): (Timestamp, Timestamp?) = (try row["due_at"], try row["held_until"])
            let opened: Timestamp? = try row["opened_at"]
            return Line(
                host: try row["host"],
                type: try row["type"],
                state: try row["state"],
                attempts: try row["attempts"],
                triedAt: try row["tried_at"],
                status: try row["status"],
                operatorReason: try row["reason"],
                dueAt: max(due, held ?? due),
                finishedAt: try row["finished_at"],
                isSilent: opened != nil,
                isPaused: try row["is_paused"],
                isAdmitted: try row["is_admitted"]
            )
        }
    }
}

extension PostDeliveriesView.Line {
    /// Whether its author is offered to have it tried again: it did not arrive, or waits after a failure.
    ///
    /// `DeliveryStore.retry(post:by:host:at:)` does no more than that.
    public var mayRetry: Bool {
        switch state {
        case .delivered: false
        case .undelivered: isAdmitted
        case .waiting: isAdmitted && !isPaused && (attempts > 0 || isSilent)
        }
    }

    /// Why it did not arrive, in words for its author: nothing of our own network; nil when it has arrived or is on its way.
    public var authorText: String? {
        if state == .delivered { return nil }
        if operatorReason == DeliveryStore.noPartnerReason, state == .undelivered {
            return "your school exchanges nothing with this server any more"
        }
        if state == .waiting, isPaused {
            return "your school has paused what it exchanges with this server"
        }
        guard state == .undelivered || attempts > 0 || isSilent else { return nil }
        switch status {
        case 404, 410: return "there is no such inbox any more"
        case 401, 403: return "the server did not accept it from us"
        case 408, 429, 503: return "the server asked us to wait"
        case .some(500...): return "the server had a fault of its own"
        case .some: return "the server refused it"
        case nil: return "the server could not be reached"
        }
    }
}

extension SQLConnection {
    /// Where posts went.
    public var postDeliveries: PostDeliveriesView { PostDeliveriesView(db: self) }
}
