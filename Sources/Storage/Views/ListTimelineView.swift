public import Domain

/// The timeline of a list: what its members write and boost.
public struct ListTimelineView {
    let db: any SQLConnection

    /// A page of what the owner may see, newest first; a post stands once in a page.
    ///
    /// Of each member at most a page is looked at, so it costs members times the length of a page.
    public func page(of list: AccountList, school: School.ID, _ page: HomeTimelineView.Page)
        throws(StorageError) -> [PresentedPost]
    {
        let viewer = Viewer.account(list.account, school: school)
        let order: SQL = page.after == nil ? "DESC" : "ASC"
        let rows = try db.run(
            """
            SELECT p.*, e.position AS position, e.boosted_by AS boosted_by FROM (
                \(fragment: posts(list, viewer, page, order))
                UNION ALL
                \(fragment: boosts(list, viewer, page, order))) e JOIN post p ON p.id = e.post_id
            ORDER BY e.position \(fragment: order) LIMIT \(page.limit)
            """
        )
        var seen: Set<Post.ID> = []
        let entries = try rows.decoded { row throws(StorageError) in
            PostPresenter.Entry(
                post: try Post(row: row),
                position: try row["position"],
                boostedBy: try row["boosted_by"]
            )
        }.filter { seen.insert($0.post.id).inserted }
        return try db.presenter.present(page.after == nil ? entries : entries.reversed(), to: viewer)
    }

    private func posts(_ list: AccountList, _ viewer: Viewer, _ page: HomeTimelineView.Page, _ order: SQL)
        -> SQL
    {
        """
        SELECT o.id AS position, o.id AS post_id, CAST(NULL AS BIGINT) AS boosted_by
        FROM account_list_member m JOIN post o ON o.account_id = m.member_id AND o.id IN (
            SELECT p.id FROM post p JOIN account w ON w.id = p.account_id
            WHERE p.account_id = m.member_id AND p.id < \(page.before ?? .max) AND p.id > \(low(page))
                AND \(fragment: replies(list)) AND \(fragment: VisibilitySQL.condition(for: viewer))
            ORDER BY p.id \(fragment: order) LIMIT \(page.limit))
        WHERE m.list_id = \(list.id) AND \(fragment: MuteSQL.isHeard(column: "m.member_id", by: viewer))
        """
    }

    private func boosts(_ list: AccountList, _ viewer: Viewer, _ page: HomeTimelineView.Page, _ order: SQL)
        -> SQL
    {
        """
        SELECT o.id AS position, o.post_id AS post_id, o.account_id AS boosted_by
        FROM account_list_member m JOIN account b ON b.id = m.member_id
            JOIN reaction o ON o.account_id = m.member_id AND o.kind = 'boost' AND o.id IN (
            SELECT r.id FROM reaction r JOIN post p ON p.id = r.post_id JOIN account w ON w.id = p.account_id
            WHERE r.account_id = m.member_id AND r.kind = 'boost' AND r.id < \(page.before ?? .max)
                AND r.id > \(low(page)) AND \(fragment: MuteSQL.isHeard(column: "p.account_id", by: viewer))
                AND \(fragment: VisibilitySQL.condition(for: viewer))
            ORDER BY r.id \(fragment: order) LIMIT \(page.limit))
        WHERE m.list_id = \(list.id) AND b.suspended_at IS NULL AND b.gone_at IS NULL
            AND \(fragment: MuteSQL.isHeard(column: "m.member_id", by: viewer))
        """
    }

    private func low(_ page: HomeTimelineView.Page) -> Int64 { max(page.since ?? -1, page.after ?? -1) }

    /// Which answers stand in the list; one to a post that is not known here stands in none.
    private func replies(_ list: AccountList) -> SQL {
        let others: SQL =
            switch list.replies {
            case .none: "1 = 0"
            case .list:
                """
                EXISTS (SELECT 1 FROM account_list_member n WHERE n.list_id = \(list.id) AND n.member_id = q.account_id)
                """
            case .followed:
                """
                EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = \(list.account)
                    AND f.followed_id = q.account_id AND f.state = 'accepted')
                """
            }
        return """
            (p.in_reply_to IS NULL OR EXISTS (SELECT 1 FROM post q WHERE q.uri = p.in_reply_to
                AND (q.account_id = p.account_id OR q.account_id = \(list.account) OR \(fragment: others))))
            """
    }
}

extension SQLConnection {
    /// Timelines of lists.
    public var listTimelines: ListTimelineView { ListTimelineView(db: self) }
}
