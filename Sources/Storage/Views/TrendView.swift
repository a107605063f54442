public import Domain

/// What is much used or answered at present, among the posts that this instance has and a viewer may see.
public struct TrendView {
    let db: any SQLConnection

    /// How many of the newest public posts are looked at.
    private static let recent = 2_000
    /// How far back.
    private static let span = Span.days(3)

    /// The hashtags that most accounts have used, then those in most posts.
    public func hashtags(
        for viewer: Viewer,
        at school: School.ID,
        now: Timestamp,
        offset: Int = 0,
        limit: Int
    )
        throws(StorageError) -> [String]
    {
        try db.run(
            """
            SELECT h.name AS name FROM (\(fragment: posts(for: viewer, at: school, now))) r
                JOIN post_hashtag h ON h.post_id = r.id
            GROUP BY h.name ORDER BY COUNT(DISTINCT r.account_id) DESC, COUNT(*) DESC, h.name
            LIMIT \(max(0, limit)) OFFSET \(max(0, offset))
            """
        ).decoded { row throws(StorageError) in try row["name"] }
    }

    /// The posts with the most likes and boosts; none without any.
    public func posts(for viewer: Viewer, at school: School.ID, now: Timestamp, offset: Int = 0, limit: Int)
        throws(StorageError) -> [PresentedPost]
    {
        let posts = try db.run(
            """
            SELECT p.* FROM (SELECT r.id AS id, COUNT(*) AS reactions
                FROM (\(fragment: posts(for: viewer, at: school, now))) r
                    JOIN reaction x ON x.post_id = r.id AND x.kind IN ('like', 'boost')
                GROUP BY r.id ORDER BY reactions DESC, r.id DESC
                LIMIT \(max(0, limit)) OFFSET \(max(0, offset))) t JOIN post p ON p.id = t.id
            ORDER BY t.reactions DESC, t.id DESC
            """
        ).decoded(Post.init(row:))
        return try db.presenter.present(posts, to: viewer)
    }

    /// The ids and authors of the newest public posts that the viewer may see.
    private func posts(for viewer: Viewer, at school: School.ID, _ now: Timestamp) -> SQL {
        let own: SQL = viewer.account == nil ? "p.school_id = \(school)" : "1 = 1"
        return """
            SELECT p.id, p.account_id FROM post p JOIN account w ON w.id = p.account_id
            WHERE p.id >= \(Post.ID.lowest(at: now - Self.span)) AND p.audience = 'public' AND \(fragment: own)
                AND \(fragment: VisibilitySQL.condition(for: viewer))
                AND \(fragment: VisibilitySQL.isListed(for: viewer))
                AND \(fragment: MuteSQL.isHeard(column: "p.account_id", by: viewer))
            ORDER BY p.id DESC LIMIT \(Self.recent)
            """
    }
}

extension SQLConnection {
    /// What is much used or answered at present.
    public var trends: TrendView { TrendView(db: self) }
}
