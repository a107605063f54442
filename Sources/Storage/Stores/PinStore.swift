public import Domain

/// The `pin` table: the posts that accounts show first on their pages, in ActivityPub the `featured` collection.
public struct PinStore {
    let db: any SQLConnection

    /// Pins a post at the top of its author's pins.
    ///
    /// `position`: an id that is later than all before it.
    ///
    /// - Returns: false, with nothing changed, when it is pinned already.
    @discardableResult
    public func insert(_ post: Post, at position: Post.ID) throws(StorageError) -> Bool {
        try !db.run(
            """
            INSERT INTO pin (post_id, account_id, position) VALUES (\(post.id), \(post.author), \(position))
            ON CONFLICT DO NOTHING RETURNING post_id
            """
        ).isEmpty
    }

    /// Takes a pin away.
    ///
    /// - Returns: false when the post is not pinned.
    @discardableResult
    public func remove(_ post: Post.ID) throws(StorageError) -> Bool {
        try !db.run("DELETE FROM pin WHERE post_id = \(post) RETURNING post_id").isEmpty
    }

    /// Takes the pins of posts away that are buried.
    func remove(_ posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM pin WHERE post_id IN (\(list: posts))")
    }

    /// Whether a post is pinned.
    public func contains(_ post: Post.ID) throws(StorageError) -> Bool {
        try !among([post]).isEmpty
    }

    /// Which of some posts are pinned.
    func among(_ posts: [Post.ID]) throws(StorageError) -> Set<Post.ID> {
        guard !posts.isEmpty else { return [] }
        let rows = try db.run("SELECT post_id FROM pin WHERE post_id IN (\(list: posts))")
        return Set(try rows.decoded { row throws(StorageError) in try row["post_id"] })
    }

    /// How many posts an account has pinned.
    public func count(of account: Account.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM pin WHERE account_id = \(account)").count("n")
    }
}

extension SQLConnection {
    /// The `pin` table.
    public var pins: PinStore { PinStore(db: self) }
}
