public import Domain

extension SQLConnection {
    /// Turns an account into a tombstone: its posts are buried, its follows, reactions and notices go.
    public func buryAccount(_ id: Account.ID, at time: Timestamp) throws(StorageError) {
        try posts.buryAll(of: id, at: time)
        try reactions.removeAll(of: id)
        try notices.removeAll(from: id)
        try follows.removeAll(of: id)
        try run("DELETE FROM timeline_entry WHERE boosted_by = \(id)")
        try accounts.setGone(id, at: time)
    }
}
