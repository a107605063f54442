public import Domain

/// Everything of an account's own, in pages by key, to be taken along.
///
/// Of others' posts only those that the account may see are named.
public struct OwnRecordsView {
    let db: any SQLConnection

    /// The account's posts of every audience, the oldest first, after one of them.
    public func posts(of account: Account.ID, after last: Post.ID?, limit: Int) throws(StorageError) -> [Post]
    {
        try db.run(
            """
            SELECT * FROM post WHERE account_id = \(account) AND id > \(last ?? Post.ID(rawValue: .min))
                AND deleted_at IS NULL
            ORDER BY id LIMIT \(limit)
            """
        ).decoded(Post.init(row:))
    }

    /// A post that is named by something else, with where that stands.
    public struct Mention: Sendable, Hashable {
        /// Where to go on.
        public let position: Int64
        /// The post's id on the wire.
        public let post: URI
        /// Its author's.
        public let author: URI
        /// The like's or boost's id on the wire; nil for a bookmark.
        public let uri: URI?
        /// When the account liked or boosted it; nil for a bookmark.
        public let at: Timestamp?
    }

    /// The posts that the account has liked or boosted, by when that was.
    public func reacted(_ kind: Reaction.Kind, by viewer: Viewer, after last: Int64?, limit: Int)
        throws(StorageError) -> [Mention]
    {
        try mentions(
            "(SELECT id, post_id, uri, created_at FROM reaction WHERE account_id = \(viewer.account) AND kind = \(kind))",
            viewer,
            after: last,
            limit
        )
    }

    /// The posts that the account has bookmarked, by when that was.
    public func bookmarked(by viewer: Viewer, after last: Int64?, limit: Int) throws(StorageError)
        -> [Mention]
    {
        try mentions(
            """
            (SELECT id, post_id, NULL AS uri, CAST(NULL AS BIGINT) AS created_at FROM bookmark
                WHERE account_id = \(viewer.account))
            """,
            viewer,
            after: last,
            limit
        )
    }

    private func mentions(_ saved: SQL, _ viewer: Viewer, after last: Int64?, _ limit: Int)
        throws(StorageError) -> [Mention]
    {
        try db.run(
            """
            SELECT s.id AS position, p.uri AS post, w.uri AS author, s.uri AS uri, s.created_at AS at
            FROM \(fragment: saved) s JOIN post p ON p.id = s.post_id JOIN account w ON w.id = p.account_id
            WHERE s.id > \(last ?? .min) AND \(fragment: VisibilitySQL.condition(for: viewer))
            ORDER BY s.id LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in
            Mention(
                position: try row["position"],
                post: try row["post"],
                author: try row["author"],
                uri: try row["uri"],
                at: try row["at"]
            )
        }
    }

    /// Somebody whom the account follows, blocks, mutes or has in a list.
    public struct Relation: Sendable, Hashable {
        /// Where to go on.
        public let position: Int64
        /// Who.
        public let handle: Handle
        /// Of a follow, whether its boosts are wanted.
        public let showsBoosts: Bool
        /// Of a follow, whether the account is told of each post.
        public let notifies: Bool
        /// Of a mute, whether it hides notices.
        public let hidesNotices: Bool
    }

    /// What relation is meant.
    public enum Kind: Sendable {
        /// Those whom it follows or has asked to follow.
        case follows
        /// Those whom it blocks.
        case blocks
        /// Those whom it mutes, for a time too.
        case mutes
        /// The members of one of its lists.
        case list(AccountList.ID)
    }

    /// Those with whom the account stands in a relation; without those who are gone.
    public func relations(_ kind: Kind, of account: Account.ID, after last: Int64?, limit: Int)
        throws(StorageError) -> [Relation]
    {
        let rows: SQL =
            switch kind {
            case .follows:
                "SELECT id, followed_id AS other, shows_boosts, notifies, 0 AS hides FROM follow WHERE follower_id = \(account)"
            case .blocks:
                "SELECT id, blocked_id AS other, 0 AS shows_boosts, 0 AS notifies, 0 AS hides FROM block WHERE blocker_id = \(account)"
            case .mutes:
                "SELECT id, muted_id AS other, 0 AS shows_boosts, 0 AS notifies, hides_notices AS hides FROM mute WHERE account_id = \(account)"
            case .list(let list):
                """
                SELECT m.member_id AS id, m.member_id AS other, 0 AS shows_boosts, 0 AS notifies, 0 AS hides FROM account_list_member m
                    JOIN account_list l ON l.id = m.list_id
                WHERE l.id = \(list) AND l.account_id = \(account)
                """
            }
        return try db.run(
            """
            SELECT r.id AS position, r.shows_boosts AS shows_boosts, r.notifies AS notifies, r.hides AS hides, a.name AS name, a.handle_host AS handle_host
            FROM (\(fragment: rows)) r JOIN account a ON a.id = r.other
            WHERE r.id > \(last ?? .min) AND a.gone_at IS NULL ORDER BY r.id LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in
            Relation(
                position: try row["position"],
                handle: Handle(storedName: try row["name"], host: try row["handle_host"]),
                showsBoosts: try row["shows_boosts"],
                notifies: try row["notifies"],
                hidesNotices: try row["hides"]
            )
        }
    }
}

extension SQLConnection {
    /// Everything of an account's own.
    public var ownRecords: OwnRecordsView { OwnRecordsView(db: self) }
}
