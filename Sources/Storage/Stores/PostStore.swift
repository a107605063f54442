public import Domain

/// The `post` and `post_addressee` tables.
public struct PostStore {
    let db: any SQLConnection

    /// Adds a post with the accounts it addresses.
    ///
    /// - Returns: false, with nothing changed, when a post or tombstone with its URI is there already.
    @discardableResult
    public func insert(_ post: Post, addressees: some Collection<Account.ID>) throws(StorageError) -> Bool {
        let added = try db.run(
            """
            INSERT INTO post (id, uri, account_id, school_id, audience, in_reply_to, html, text, summary, is_sensitive,
                language, hashtags, page, published_at, edited_at, deleted_at)
            VALUES (\(post.id), \(post.uri), \(post.author),
                (SELECT school_id FROM account WHERE id = \(post.author)), \(post.audience), \(post.inReplyTo), \(post.body.html),
                \(post.body.text), \(post.body.summary), \(post.body.isSensitive), \(post.body.language),
                \(Self.joined(post.body.hashtags)), \(post.page), \(post.publishedAt), \(post.editedAt),
                \(post.deletedAt))
            ON CONFLICT (uri) DO NOTHING RETURNING id
            """
        )
        guard !added.isEmpty else { return false }
        for account in Set(addressees) {
            try db.run("INSERT INTO post_addressee (post_id, account_id) VALUES (\(post.id), \(account))")
        }
        try db.search.add(post)
        return true
    }

    /// Writes an edit: what the post says and when that was.
    public func edit(_ id: Post.ID, _ body: Post.Body, at time: Timestamp) throws(StorageError) {
        let edited = try db.run(
            """
            UPDATE post SET html = \(body.html), text = \(body.text), summary = \(body.summary),
                is_sensitive = \(body.isSensitive), language = \(body.language),
                hashtags = \(Self.joined(body.hashtags)), edited_at = \(time)
            WHERE id = \(id) AND deleted_at IS NULL RETURNING *
            """
        )
        if let post = try edited.decoded(Post.init(row:)).first { try db.search.replace(post) }
    }

    /// Narrows a post's audience.
    public func setAudience(_ id: Post.ID, _ audience: Audience) throws(StorageError) {
        try db.run("UPDATE post SET audience = \(audience) WHERE id = \(id)")
    }

    /// Empties a post and leaves its tombstone; its reactions, notices and timeline entries go.
    public func bury(_ id: Post.ID, at time: Timestamp) throws(StorageError) { try bury([id], at: time) }

    /// Buries several posts.
    func bury(_ ids: [Post.ID], at time: Timestamp) throws(StorageError) {
        guard !ids.isEmpty else { return }
        try db.run(
            """
            UPDATE post SET html = '', text = '', summary = '', hashtags = '', deleted_at = \(time)
            WHERE id IN (\(list: ids)) AND deleted_at IS NULL
            """
        )
        try db.run("DELETE FROM reaction WHERE post_id IN (\(list: ids))")
        try db.run("DELETE FROM notice WHERE post_id IN (\(list: ids))")
        try db.run("DELETE FROM timeline_entry WHERE post_id IN (\(list: ids))")
        try db.run("DELETE FROM post_addressee WHERE post_id IN (\(list: ids))")
        try db.search.remove(ids)
    }

    /// The post with an id, a tombstone too.
    public func find(_ id: Post.ID) throws(StorageError) -> Post? {
        try db.run("SELECT * FROM post WHERE id = \(id)").decoded(Post.init(row:)).first
    }

    /// The post with a URI, a tombstone too.
    public func find(uri: URI) throws(StorageError) -> Post? {
        try db.run("SELECT * FROM post WHERE uri = \(uri)").decoded(Post.init(row:)).first
    }

    /// The accounts that a post addresses by name.
    public func addressees(of id: Post.ID) throws(StorageError) -> [Account.ID] {
        try db.run("SELECT account_id FROM post_addressee WHERE post_id = \(id) ORDER BY account_id")
            .decoded { row throws(StorageError) in try row["account_id"] }
    }

    /// How many public answers there are to each of some posts.
    public func countReplies(to posts: [URI]) throws(StorageError) -> [URI: Int] {
        guard !posts.isEmpty else { return [:] }
        let rows = try db.run(
            """
            SELECT p.in_reply_to AS parent, COUNT(*) AS n FROM post p JOIN account w ON w.id = p.account_id
            WHERE p.in_reply_to IN (\(list: posts)) AND p.audience IN ('public', 'unlisted')
                AND p.deleted_at IS NULL AND w.suspended_at IS NULL AND w.gone_at IS NULL
            GROUP BY p.in_reply_to
            """
        )
        var counts: [URI: Int] = [:]
        for row in rows { counts[try row["parent"]] = try row["n"] }
        return counts
    }

    /// How many posts an account has written that are not deleted.
    public func count(of account: Account.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM post WHERE account_id = \(account) AND deleted_at IS NULL")
            .count("n")
    }

    /// How many posts a school's accounts have written that are not deleted, for NodeInfo.
    public func count(of school: School.ID) throws(StorageError) -> Int {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM post
            WHERE school_id = \(school) AND deleted_at IS NULL
            """
        ).count("n")
    }

    private static func joined(_ hashtags: [String]) -> String { hashtags.joined(separator: " ") }
}

extension SQLConnection {
    /// The `post` table.
    public var posts: PostStore { PostStore(db: self) }
}

extension Post {
    init(row: SQLRow) throws(StorageError) {
        let hashtags: String = try row["hashtags"]
        self.init(
            id: try row["id"],
            uri: try row["uri"],
            author: try row["account_id"],
            audience: try row["audience"],
            inReplyTo: try row["in_reply_to"],
            body: Body(
                html: try row["html"],
                text: try row["text"],
                summary: try row["summary"],
                isSensitive: try row["is_sensitive"],
                language: try row["language"],
                hashtags: hashtags.split(separator: " ").map(String.init)
            ),
            page: try row["page"],
            publishedAt: try row["published_at"],
            editedAt: try row["edited_at"],
            deletedAt: try row["deleted_at"]
        )
    }
}
