public import Domain

extension DraftStore {
    /// Those whose time has come, the longest overdue first.
    ///
    /// Nothing is held: every process may find the same ones, and `takeDue` decides who publishes them.
    public func due(at now: Timestamp, limit: Int) throws(StorageError) -> [SavedDraft] {
        try found(db.run("SELECT * FROM draft WHERE due_at <= \(now) ORDER BY due_at, id LIMIT \(limit)"))
    }

    /// Takes one that is due away, as it was read, in the transaction that publishes it; a crash leaves it due.
    ///
    /// - Returns: false when another process has taken it, or its author has changed it since.
    public func takeDue(_ draft: SavedDraft, at now: Timestamp) throws(StorageError) -> Bool {
        try remove(
            db.run(
                """
                UPDATE draft SET version = version + 1
                WHERE id = \(draft.id) AND version = \(draft.version) AND due_at <= \(now) RETURNING id
                """
            )
        )
    }

    /// Makes one that could not be published a draft again.
    ///
    /// - Returns: false, with nothing changed, when another process has done so or its author has changed it since.
    public func putAside(_ draft: SavedDraft, because problem: String, at now: Timestamp) throws(StorageError)
        -> Bool
    {
        try !db.run(
            """
            UPDATE draft SET due_at = NULL, problem = \(problem), version = version + 1, changed_at = \(now)
            WHERE id = \(draft.id) AND version = \(draft.version) AND due_at <= \(now) RETURNING id
            """
        ).isEmpty
    }
}
