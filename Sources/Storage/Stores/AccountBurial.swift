public import Domain

extension SQLConnection {
    /// Turns an account into a tombstone: its posts are buried, its follows, reactions, notices, timeline and every
    /// way to sign in go.
    ///
    /// Its signing keys stay: the Delete that tells others is still to be signed.
    public func buryAccount(_ id: Account.ID, at time: Timestamp) throws(StorageError) {
        try posts.buryAll(of: id, at: time)
        try reactions.removeAll(of: id)
        try notices.removeAll(fromOrTo: id)
        try follows.removeAll(of: id)
        try timelines.removeAll(of: id)
        try sessions.removeAll(of: id)
        try accessTokens.removeAll(of: id)
        try members.remove(id)
        try accounts.setGone(id, at: time)
    }
}
