public import Domain

/// The `conversation_mute` table: threads about which an account wants no notices.
///
/// A thread is named by the topmost post of it that this instance has.
public struct ConversationMuteStore {
    let db: any SQLConnection

    /// How far up a thread is looked.
    private static let maximumDepth = 1_000

    /// Mutes the thread of a post.
    public func add(threadOf post: Post.ID, by account: Account.ID) throws(StorageError) {
        guard
            let top = try ancestors(of: [post], then: "SELECT id FROM chain ORDER BY depth DESC LIMIT 1")
                .first
        else { return }
        let root: Post.ID = try top["id"]
        try db.run(
            "INSERT INTO conversation_mute (account_id, post_id) VALUES (\(account), \(root)) ON CONFLICT DO NOTHING"
        )
    }

    /// Takes that back.
    public func remove(threadOf post: Post.ID, by account: Account.ID) throws(StorageError) {
        let posts = try ancestors(of: [post], then: "SELECT id FROM chain").decoded {
            row throws(StorageError) -> Post.ID in try row["id"]
        }
        try db.run(
            "DELETE FROM conversation_mute WHERE account_id = \(account) AND post_id IN (\(list: posts))"
        )
    }

    /// Forgets threads by posts that are deleted.
    func remove(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM conversation_mute WHERE post_id IN (\(list: posts))")
    }

    /// Which of some posts stand in threads that an account has muted.
    public func muted(by account: Account.ID, among posts: [Post.ID]) throws(StorageError) -> Set<Post.ID> {
        // Few people mute a thread; for all others this is the only query.
        guard !posts.isEmpty,
            try !db.run("SELECT 1 AS found FROM conversation_mute WHERE account_id = \(account) LIMIT 1")
                .isEmpty
        else { return [] }
        let rows = try ancestors(
            of: posts,
            then: """
                SELECT DISTINCT c.start AS start FROM chain c
                    JOIN conversation_mute m ON m.post_id = c.id AND m.account_id = \(account)
                """
        )
        return Set(try rows.decoded { row throws(StorageError) in try row["start"] })
    }

    /// Asks something about the chains of posts that lead up from some posts, those among them.
    private func ancestors(of posts: [Post.ID], then question: SQL) throws(StorageError) -> [SQLRow] {
        try db.run(
            """
            WITH RECURSIVE chain (start, id, parent, depth) AS (
                SELECT p.id, p.id, p.in_reply_to, 0 FROM post p WHERE p.id IN (\(list: posts))
                UNION ALL
                SELECT c.start, p.id, p.in_reply_to, c.depth + 1 FROM chain c JOIN post p ON p.uri = c.parent
                WHERE c.depth < \(Self.maximumDepth))
            \(fragment: question)
            """
        )
    }
}

extension SQLConnection {
    /// The `conversation_mute` table.
    public var conversationMutes: ConversationMuteStore { ConversationMuteStore(db: self) }
}
