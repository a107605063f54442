public import Domain

/// Emoji reactions.
extension ReactionStore {
    /// How often a post was answered with one emoji.
    public struct EmojiCount: Sendable, Hashable {
        /// The emoji.
        public let emoji: ReactionEmoji
        /// By how many accounts.
        public let count: Int
        /// Whether the viewer is one of them.
        public let isOwn: Bool
    }

    /// The most different emoji of a post that are told.
    private static let maximumKinds = 50

    /// How often each of these posts was answered with which emoji, the earliest first; at most 50 emoji a post.
    ///
    /// `viewer`: whose own are marked.
    public func emojis(of posts: some Collection<Post.ID>, for viewer: Account.ID?) throws(StorageError)
        -> [Post.ID: [EmojiCount]]
    {
        guard !posts.isEmpty else { return [:] }
        let reader = viewer ?? Account.ID(rawValue: 0)
        let rows = try db.run(
            """
            SELECT post_id, emoji, MIN(id) AS first, MIN(emoji_image) AS image, COUNT(*) AS n,
                SUM(CASE WHEN account_id = \(reader) THEN 1 ELSE 0 END) AS own
            FROM reaction WHERE post_id IN (\(list: Array(posts))) AND kind = 'emoji'
            GROUP BY post_id, emoji
            """
        )
        var found: [Post.ID: [(first: Reaction.ID, count: EmojiCount)]] = [:]
        for row in rows {
            guard let emoji = ReactionEmoji(stored: try row["emoji"], image: try row["image"]) else {
                continue
            }
            let own: Int = try row["own"]
            let count = EmojiCount(emoji: emoji, count: try row["n"], isOwn: own > 0)
            found[try row["post_id"], default: []].append((try row["first"], count))
        }
        return found.mapValues { counts in
            counts.sorted { $0.first < $1.first }.prefix(Self.maximumKinds).map(\.count)
        }
    }

    /// With how many emoji an account has answered a post.
    public func countEmojis(by account: Account.ID, to post: Post.ID) throws(StorageError) -> Int {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM reaction
            WHERE post_id = \(post) AND kind = 'emoji' AND account_id = \(account)
            """
        ).count("n")
    }

    /// A picture that a post was answered with, by its stored text `:name@host:`.
    public func picture(_ text: String, on post: Post.ID) throws(StorageError) -> ReactionEmoji? {
        try db.run(
            """
            SELECT * FROM reaction WHERE post_id = \(post) AND kind = 'emoji' AND emoji = \(text)
                AND emoji_image IS NOT NULL LIMIT 1
            """
        ).decoded(Reaction.init(row:)).first?.emoji
    }

    /// The accounts that answered a post with an emoji, the earliest first; at most `limit`.
    public func accounts(answering post: Post.ID, with emoji: ReactionEmoji, limit: Int) throws(StorageError)
        -> [Account]
    {
        try db.run(
            """
            SELECT a.* FROM reaction r JOIN account a ON a.id = r.account_id
            WHERE r.post_id = \(post) AND r.kind = 'emoji' AND r.emoji = \(emoji.text)
                AND a.suspended_at IS NULL AND a.gone_at IS NULL ORDER BY r.id LIMIT \(limit)
            """
        ).decoded(Account.init(row:))
    }

    /// The emoji that an account answered a post with last.
    public func lastEmoji(by account: Account.ID, to post: Post.ID) throws(StorageError) -> ReactionEmoji? {
        try db.run(
            """
            SELECT * FROM reaction WHERE post_id = \(post) AND kind = 'emoji' AND account_id = \(account)
            ORDER BY id DESC LIMIT 1
            """
        ).decoded(Reaction.init(row:)).first?.emoji
    }
}
