public import Domain

/// The `reaction` table: likes, boosts and emoji reactions.
public struct ReactionStore {
    let db: any SQLConnection

    /// Adds a reaction.
    ///
    /// - Returns: false, with nothing changed, when the account has reacted so before or the URI is taken.
    @discardableResult
    public func insert(_ reaction: Reaction) throws(StorageError) -> Bool {
        try !db.run(
            """
            INSERT INTO reaction (id, kind, account_id, post_id, emoji, emoji_image, uri, created_at)
            VALUES (\(reaction.id), \(reaction.kind), \(reaction.account), \(reaction.post),
                \(reaction.emoji?.text ?? ""), \(reaction.emoji?.image), \(reaction.uri), \(reaction.createdAt))
            ON CONFLICT DO NOTHING RETURNING id
            """
        ).isEmpty
    }

    /// The reaction of one kind by an account to a post; of an emoji reaction the one with this emoji.
    public func find(
        _ kind: Reaction.Kind,
        by account: Account.ID,
        to post: Post.ID,
        with emoji: ReactionEmoji? = nil
    ) throws(StorageError) -> Reaction? {
        try db.run(
            """
            SELECT * FROM reaction WHERE post_id = \(post) AND kind = \(kind) AND account_id = \(account)
                AND emoji = \(emoji?.text ?? "")
            """
        ).decoded(Reaction.init(row:)).first
    }

    /// The reaction that a Like's or Announce's URI names.
    public func find(uri: URI) throws(StorageError) -> Reaction? {
        try db.run("SELECT * FROM reaction WHERE uri = \(uri)").decoded(Reaction.init(row:)).first
    }

    /// Removes a reaction.
    public func remove(_ id: Reaction.ID) throws(StorageError) {
        try db.run("DELETE FROM reaction WHERE id = \(id)")
    }

    /// The peers' accounts that have boosted a post: they are told when it is deleted.
    public func remoteBoosters(of post: Post.ID) throws(StorageError) -> [Account] {
        try db.run(
            """
            SELECT a.* FROM reaction r JOIN account a ON a.id = r.account_id
            WHERE r.post_id = \(post) AND r.kind = 'boost' AND a.school_id IS NULL
            """
        ).decoded(Account.init(row:))
    }

    /// How many likes and boosts each of these posts has.
    public func counts(of posts: some Collection<Post.ID>) throws(StorageError) -> [Post.ID: ReactionCounts] {
        guard !posts.isEmpty else { return [:] }
        let rows = try db.run(
            """
            SELECT post_id, kind, COUNT(*) AS n FROM reaction
            WHERE post_id IN (\(list: Array(posts))) AND kind IN ('like', 'boost') GROUP BY post_id, kind
            """
        )
        var counts: [Post.ID: ReactionCounts] = [:]
        for row in rows {
            let post: Post.ID = try row["post_id"]
            let kind: Reaction.Kind = try row["kind"]
            let number: Int = try row["n"]
            switch kind {
            case .like: counts[post, default: ReactionCounts()].likes = number
            case .boost: counts[post, default: ReactionCounts()].boosts = number
            case .emoji: break
            }
        }
        return counts
    }

    /// Which of these posts an account has liked or boosted.
    public func own(
        of account: Account.ID,
        to posts: some Collection<Post.ID>
    ) throws(StorageError) -> [Post.ID: Set<Reaction.Kind>] {
        guard !posts.isEmpty else { return [:] }
        let rows = try db.run(
            "SELECT post_id, kind FROM reaction WHERE account_id = \(account) AND post_id IN (\(list: Array(posts)))"
        )
        var own: [Post.ID: Set<Reaction.Kind>] = [:]
        for row in rows { own[try row["post_id"], default: []].insert(try row["kind"]) }
        return own
    }
}

/// How often a post was liked and boosted, as far as this instance knows.
public struct ReactionCounts: Sendable, Hashable {
    /// Number of likes.
    public var likes = 0
    /// Number of boosts.
    public var boosts = 0

    /// Starts at zero.
    public init() {}
}

extension SQLConnection {
    /// The `reaction` table.
    public var reactions: ReactionStore { ReactionStore(db: self) }
}

extension Reaction {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            kind: try row["kind"],
            account: try row["account_id"],
            post: try row["post_id"],
            emoji: ReactionEmoji(stored: try row["emoji"], image: try row["emoji_image"]),
            uri: try row["uri"],
            createdAt: try row["created_at"]
        )
    }
}
