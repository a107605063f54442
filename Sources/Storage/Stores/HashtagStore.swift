public import Domain

/// The tables `post_hashtag`, which the store of posts keeps, and `followed_hashtag`.
public struct HashtagStore {
    let db: any SQLConnection

    /// Adds the hashtags of a post.
    func add(_ names: [String], of post: Post.ID) throws(StorageError) {
        for name in names {
            try db.run(
                "INSERT INTO post_hashtag (name, post_id) VALUES (\(name), \(post)) ON CONFLICT DO NOTHING"
            )
        }
    }

    /// Removes the hashtags of posts.
    func remove(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM post_hashtag WHERE post_id IN (\(list: posts))")
    }

    /// Follows a hashtag; one that is followed already stays as it is.
    public func follow(_ hashtag: FollowedHashtag) throws(StorageError) {
        try db.run(
            """
            INSERT INTO followed_hashtag (id, account_id, name, created_at)
            VALUES (\(hashtag.id), \(hashtag.account), \(hashtag.name), \(hashtag.createdAt)) ON CONFLICT DO NOTHING
            """
        )
    }

    /// Follows a hashtag no more.
    public func unfollow(_ name: String, by account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM followed_hashtag WHERE account_id = \(account) AND name = \(name)")
    }

    /// How many hashtags an account follows.
    public func countFollowed(by account: Account.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM followed_hashtag WHERE account_id = \(account)").count("n")
    }

    /// Which of some hashtags an account follows.
    public func followed(by account: Account.ID, among names: [String]) throws(StorageError) -> Set<String> {
        let rows = try db.run(
            "SELECT name FROM followed_hashtag WHERE account_id = \(account) AND name IN (\(list: names))"
        )
        return Set(try rows.decoded { row throws(StorageError) in try row["name"] })
    }

    /// Whether an account of one of these schools follows one of some hashtags.
    public func isFollowed(anyOf names: [String], in schools: [School.ID]) throws(StorageError) -> Bool {
        guard !names.isEmpty else { return false }
        return try !db.run(
            """
            SELECT 1 AS found FROM followed_hashtag g JOIN account a ON a.id = g.account_id
            WHERE g.name IN (\(list: names)) AND a.school_id IN (\(list: schools)) LIMIT 1
            """
        ).isEmpty
    }

    /// A page of the hashtags that an account follows, the last followed first.
    public func followed(
        by account: Account.ID,
        before: FollowedHashtag.ID? = nil,
        limit: Int
    ) throws(StorageError) -> [FollowedHashtag] {
        let end = before ?? FollowedHashtag.ID(rawValue: .max)
        return try db.run(
            """
            SELECT * FROM followed_hashtag WHERE account_id = \(account) AND id < \(end)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in
            FollowedHashtag(
                id: try row["id"],
                account: try row["account_id"],
                name: try row["name"],
                createdAt: try row["created_at"]
            )
        }
    }
}

extension SQLConnection {
    /// The tables of hashtags.
    public var hashtags: HashtagStore { HashtagStore(db: self) }
}
