public import Domain

/// The `bookmark` table.
public struct BookmarkStore {
    let db: any SQLConnection

    /// Adds a bookmark; a second one of the same post changes nothing.
    public func insert(_ bookmark: Bookmark) throws(StorageError) {
        try db.run(
            """
            INSERT INTO bookmark (id, account_id, post_id)
            VALUES (\(bookmark.id), \(bookmark.account), \(bookmark.post)) ON CONFLICT DO NOTHING
            """
        )
    }

    /// Removes a bookmark.
    public func remove(_ post: Post.ID, of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM bookmark WHERE account_id = \(account) AND post_id = \(post)")
    }

    /// Removes the bookmarks of posts that are deleted.
    func remove(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM bookmark WHERE post_id IN (\(list: posts))")
    }

    /// Which of some posts an account has bookmarked.
    public func own(of account: Account.ID, among posts: [Post.ID]) throws(StorageError) -> Set<Post.ID> {
        guard !posts.isEmpty else { return [] }
        let rows = try db.run(
            "SELECT post_id FROM bookmark WHERE account_id = \(account) AND post_id IN (\(list: posts))"
        )
        return Set(try rows.decoded { row throws(StorageError) in try row["post_id"] })
    }
}

extension SQLConnection {
    /// The `bookmark` table.
    public var bookmarks: BookmarkStore { BookmarkStore(db: self) }
}
