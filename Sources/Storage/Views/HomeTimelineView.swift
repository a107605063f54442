public import Domain

/// An account's home timeline, newest first.
public struct HomeTimelineView {
    let db: any SQLConnection

    /// Which part of a timeline is asked for: positions are compared, never counted.
    public struct Page: Sendable {
        /// Only entries before this position.
        public var before: Int64?
        /// Only entries after this position, the newest of them.
        public var since: Int64?
        /// Only entries after this position, the nearest to it.
        public var after: Int64?
        /// At most so many.
        public var limit: Int

        /// Asks for a page; the limit is clamped to 1...80.
        public init(before: Int64? = nil, since: Int64? = nil, after: Int64? = nil, limit: Int = 20) {
            self.before = before
            self.since = since
            self.after = after
            self.limit = min(max(limit, 1), 80)
        }
    }

    /// A page of what stands in the account's timeline and may be seen by it still; not what accounts boosted that
    /// are suspended or gone, nor what it has muted, nor what stands in an exclusive list of it.
    public func page(of viewer: Account.ID, school: School.ID, _ page: Page) throws(StorageError)
        -> [PresentedPost]
    {
        let low = max(page.since ?? -1, page.after ?? -1)
        let order: SQL = page.after == nil ? "DESC" : "ASC"
        let rows = try db.run(
            """
            SELECT p.*, t.position AS position, t.boosted_by AS boosted_by
            FROM timeline_entry t JOIN post p ON p.id = t.post_id JOIN account w ON w.id = p.account_id
                LEFT JOIN account b ON b.id = t.boosted_by
            WHERE t.account_id = \(viewer) AND t.position < \(page.before ?? .max) AND t.position > \(low)
                AND b.suspended_at IS NULL AND b.gone_at IS NULL
                AND \(fragment: MuteSQL.isHeard(column: "p.account_id", by: .account(viewer, school: school)))
                AND \(fragment: MuteSQL.isHeard(column: "t.boosted_by", by: .account(viewer, school: school)))
                AND \(fragment: Self.isInNoExclusiveList(viewer))
                AND \(fragment: VisibilitySQL.condition(for: .account(viewer, school: school)))
            ORDER BY t.position \(fragment: order) LIMIT \(page.limit)
            """
        )
        let entries = try rows.decoded { row throws(StorageError) in
            PostPresenter.Entry(
                post: try Post(row: row),
                position: try row["position"],
                boostedBy: try row["boosted_by"]
            )
        }
        return try db.presenter.present(
            page.after == nil ? entries : entries.reversed(),
            to: .account(viewer, school: school)
        )
    }
}

extension HomeTimelineView {
    /// Whether whoever brought an entry `t` of a post `p` is in none of the account's exclusive lists.
    private static func isInNoExclusiveList(_ viewer: Account.ID) -> SQL {
        """
        NOT EXISTS (SELECT 1 FROM account_list_member m JOIN account_list l ON l.id = m.list_id
            WHERE m.member_id = COALESCE(t.boosted_by, p.account_id) AND l.account_id = \(viewer) AND l.is_exclusive = 1)
        """
    }
}

extension SQLConnection {
    /// Home timelines.
    public var homeTimelines: HomeTimelineView { HomeTimelineView(db: self) }
}
