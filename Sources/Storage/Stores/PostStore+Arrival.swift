public import Domain

/// Posts that were fetched before they were sent to us, if ever they are.
extension PostStore {
    /// Notes that a post was fetched.
    public func setFetched(_ id: Post.ID, at time: Timestamp) throws(StorageError) {
        try db.run("UPDATE post SET fetched_at = \(time) WHERE id = \(id)")
    }

    /// Notes that a post was sent to us now.
    ///
    /// - Returns: false, with nothing changed, when it was sent before, or is gone.
    public func arrive(_ id: Post.ID) throws(StorageError) -> Bool {
        try !db.run(
            """
            UPDATE post SET fetched_at = NULL
            WHERE id = \(id) AND fetched_at IS NOT NULL AND deleted_at IS NULL RETURNING id
            """
        ).isEmpty
    }
}
