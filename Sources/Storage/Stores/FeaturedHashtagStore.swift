public import Domain

/// The `featured_hashtag` table.
public struct FeaturedHashtagStore {
    let db: any SQLConnection

    /// How much somebody has used a hashtag, in posts that anybody may see.
    public struct Use: Sendable, Hashable {
        /// In how many posts.
        public var posts: Int
        /// When last.
        public var last: Timestamp?

        /// Never, or so often.
        public init(posts: Int = 0, last: Timestamp? = nil) {
            self.posts = posts
            self.last = last
        }
    }

    /// Shows a hashtag on a profile.
    ///
    /// - Returns: false, with nothing changed, when it is shown already.
    public func insert(_ hashtag: FeaturedHashtag) throws(StorageError) -> Bool {
        try !db.run(
            """
            INSERT INTO featured_hashtag (id, account_id, name, created_at)
            VALUES (\(hashtag.id), \(hashtag.account), \(hashtag.name), \(hashtag.createdAt))
            ON CONFLICT DO NOTHING RETURNING id
            """
        ).isEmpty
    }

    /// Shows a hashtag no more.
    public func remove(_ name: String, of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM featured_hashtag WHERE account_id = \(account) AND name = \(name)")
    }

    /// What an account shows, the first chosen first.
    public func all(of account: Account.ID) throws(StorageError) -> [FeaturedHashtag] {
        try db.run("SELECT * FROM featured_hashtag WHERE account_id = \(account) ORDER BY id")
            .decoded { row throws(StorageError) in
                FeaturedHashtag(
                    id: try row["id"],
                    account: try row["account_id"],
                    name: try row["name"],
                    createdAt: try row["created_at"]
                )
            }
    }

    /// How much an account has used some hashtags.
    public func uses(of names: [String], by account: Account.ID) throws(StorageError) -> [String: Use] {
        guard !names.isEmpty else { return [:] }
        var uses: [String: Use] = [:]
        for row in try db.run(
            """
            SELECT h.name AS name, COUNT(*) AS posts, MAX(p.published_at) AS last
            FROM post p JOIN post_hashtag h ON h.post_id = p.id
            WHERE p.account_id = \(account) AND h.name IN (\(list: names)) AND p.deleted_at IS NULL
                AND p.audience IN ('public', 'unlisted')
            GROUP BY h.name
            """
        ) {
            uses[try row["name"]] = Use(posts: try row["posts"], last: try row["last"])
        }
        return uses
    }

    /// The hashtags that an account has used most and does not show yet.
    public func proposals(for account: Account.ID, limit: Int) throws(StorageError) -> [String] {
        try db.run(
            """
            SELECT h.name AS name FROM post p JOIN post_hashtag h ON h.post_id = p.id
            WHERE p.account_id = \(account) AND p.deleted_at IS NULL AND p.audience IN ('public', 'unlisted')
                AND NOT EXISTS (SELECT 1 FROM featured_hashtag g
                    WHERE g.account_id = \(account) AND g.name = h.name)
            GROUP BY h.name ORDER BY COUNT(*) DESC, h.name LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in try row["name"] }
    }
}

extension SQLConnection {
    /// The `featured_hashtag` table.
    public var featuredHashtags: FeaturedHashtagStore { FeaturedHashtagStore(db: self) }
}
