public import Domain

/// The posts that an account has bookmarked or liked, the last saved first.
///
/// A post that it may not see any more is left out. Positions are those of the bookmarks and likes.
public struct SavedPostsView {
    let db: any SQLConnection

    /// A page of bookmarks.
    public func bookmarks(of viewer: Account.ID, school: School.ID, _ page: HomeTimelineView.Page)
        throws(StorageError) -> [PresentedPost]
    {
        let saved: SQL = "(SELECT id, post_id FROM bookmark WHERE account_id = \(viewer))"
        return try self.page(of: saved, viewer, school, page)
    }

    /// A page of likes.
    public func likes(of viewer: Account.ID, school: School.ID, _ page: HomeTimelineView.Page)
        throws(StorageError) -> [PresentedPost]
    {
        let saved: SQL = "(SELECT id, post_id FROM reaction WHERE account_id = \(viewer) AND kind = 'like')"
        return try self.page(of: saved, viewer, school, page)
    }

    private func page(
        of saved: SQL,
        _ viewer: Account.ID,
        _ school: School.ID,
        _ page: HomeTimelineView.Page
    ) throws(StorageError) -> [PresentedPost] {
        let low = max(page.since ?? -1, page.after ?? -1)
        let order: SQL = page.after == nil ? "DESC" : "ASC"
        let entries = try db.run(
            """
            SELECT p.*, s.id AS position FROM \(fragment: saved) s JOIN post p ON p.id = s.post_id
                JOIN account w ON w.id = p.account_id
            WHERE s.id < \(page.before ?? .max) AND s.id > \(low)
                AND \(fragment: VisibilitySQL.condition(for: .account(viewer, school: school)))
            ORDER BY s.id \(fragment: order) LIMIT \(page.limit)
            """
        ).decoded { row throws(StorageError) in
            PostPresenter.Entry(post: try Post(row: row), position: try row["position"], boostedBy: nil)
        }
        return try db.presenter.present(
            page.after == nil ? entries : entries.reversed(),
            to: .account(viewer, school: school)
        )
    }
}

extension SQLConnection {
    /// Bookmarked and liked posts.
    public var savedPosts: SavedPostsView { SavedPostsView(db: self) }
}
