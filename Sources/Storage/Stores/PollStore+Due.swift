public import Domain

extension PollStore {
    /// Lets the counts of a poll be told at a time, or earlier when that is due already.
    public func setDue(_ post: Post.ID, by time: Timestamp) throws(StorageError) {
        try db.run(
            """
            UPDATE poll SET due_at = \(time)
            WHERE post_id = \(post) AND ended_at IS NULL AND (due_at IS NULL OR due_at > \(time))
            """
        )
    }

    /// Whether a poll is due.
    public func isAnyDue(at now: Timestamp) throws(StorageError) -> Bool {
        try !db.run("SELECT post_id FROM poll WHERE due_at <= \(now) LIMIT 1").isEmpty
    }

    /// Takes a poll that is due: it is held until the transaction ends, and due again at its end.
    ///
    /// Whoever takes it tells of it in the same transaction, so a crash leaves it due.
    public func takeDue(at now: Timestamp) throws(StorageError) -> Poll? {
        let due = try db.run(
            "SELECT post_id FROM poll WHERE due_at <= \(now) ORDER BY due_at, post_id LIMIT 1 \(fragment: db.dialect.skipLocked)"
        )
        guard let post: Post.ID = try due.first?["post_id"] else { return nil }
        let taken = try db.run(
            """
            UPDATE poll SET due_at = CASE WHEN ends_at > \(now) THEN ends_at END
            WHERE post_id = \(post) AND due_at <= \(now) RETURNING post_id
            """
        )
        return taken.isEmpty ? nil : try find(post)
    }

    /// Notes that a poll has ended.
    public func end(_ post: Post.ID, at now: Timestamp) throws(StorageError) {
        try db.run(
            "UPDATE poll SET ended_at = COALESCE(ended_at, \(now)), due_at = NULL WHERE post_id = \(post)"
        )
    }
}
