public import Domain

/// What an account's page and its API resource show.
public struct ProfileView {
    let db: any SQLConnection

    /// The account's posts that the viewer may see, newest first; with or without those that answer something.
    public func posts(
        of account: Account.ID,
        for viewer: Viewer,
        before: Post.ID? = nil,
        withReplies: Bool = true,
        limit: Int = 20
    ) throws(StorageError) -> [PresentedPost] {
        let end = before ?? Post.ID(rawValue: .max)
        let kinds: SQL = withReplies ? "1 = 1" : "p.in_reply_to IS NULL"
        let posts = try db.run(
            """
            SELECT p.* FROM post p JOIN account w ON w.id = p.account_id
            WHERE p.account_id = \(account) AND p.id < \(end) AND \(fragment: kinds)
                AND \(fragment: VisibilitySQL.condition(for: viewer))
            ORDER BY p.id DESC LIMIT \(min(max(limit, 1), 80))
            """
        ).decoded(Post.init(row:))
        return try db.presenter.present(posts, to: viewer)
    }

    /// The posts that an account has pinned and the viewer may see, pinned last first.
    public func pinned(by account: Account.ID, for viewer: Viewer) throws(StorageError) -> [Post] {
        try db.run(
            """
            SELECT p.* FROM pin n JOIN post p ON p.id = n.post_id JOIN account w ON w.id = p.account_id
            WHERE n.account_id = \(account) AND \(fragment: VisibilitySQL.condition(for: viewer))
            ORDER BY n.position DESC LIMIT \(Pin.maximumForeign)
            """
        ).decoded(Post.init(row:))
    }

    /// The public posts of a school's accounts, newest first.
    public func localFeed(
        of school: School.ID,
        for viewer: Viewer,
        _ page: HomeTimelineView.Page = .init()
    ) throws(StorageError) -> [PresentedPost] {
        let low = max(page.since ?? -1, page.after ?? -1)
        let order: SQL = page.after == nil ? "DESC" : "ASC"
        let posts = try db.run(
            """
            SELECT p.* FROM post p JOIN account w ON w.id = p.account_id
            WHERE p.school_id = \(school) AND p.audience = 'public' AND p.in_reply_to IS NULL
                AND p.id < \(page.before ?? .max) AND p.id > \(low)
                AND \(fragment: VisibilitySQL.condition(for: viewer))
                AND \(fragment: VisibilitySQL.isListed(for: viewer))
                AND \(fragment: MuteSQL.isHeard(column: "p.account_id", by: viewer))
            ORDER BY p.id \(fragment: order) LIMIT \(page.limit)
            """
        ).decoded(Post.init(row:))
        return try db.presenter.present(page.after == nil ? posts : posts.reversed(), to: viewer)
    }

    /// How many posts, followers and followed accounts an account has.
    public func counts(of account: Account.ID) throws(StorageError) -> ProfileCounts {
        ProfileCounts(
            posts: try db.posts.count(of: account),
            followers: try db.follows.count(.followers, of: account),
            following: try db.follows.count(.following, of: account)
        )
    }
}

/// The three numbers of a profile.
public struct ProfileCounts: Sendable, Hashable {
    /// Posts that are not deleted.
    public let posts: Int
    /// Accepted followers.
    public let followers: Int
    /// Accounts followed, accepted.
    public let following: Int
}

extension SQLConnection {
    /// Profiles and feeds of posts.
    public var profiles: ProfileView { ProfileView(db: self) }
}
