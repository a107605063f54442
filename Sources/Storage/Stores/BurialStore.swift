public import Domain

/// The `burial` table: accounts that are gone and of which something is still to be removed.
///
/// An account is hidden in the transaction that buries it; what it left behind may be much, and goes in batches, so
/// that other writes come between. A crash in the middle loses nothing: the row stays until nothing is left.
public struct BurialStore {
    let db: any SQLConnection

    /// Notes that an account's posts, reactions, notices and timeline are to go.
    func begin(_ account: Account.ID, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO burial (account_id, buried_at, last_post_id) VALUES (\(account), \(time), 0)
            ON CONFLICT (account_id) DO NOTHING
            """
        )
    }

    /// Removes at most so many rows of each kind of one account.
    ///
    /// - Returns: whether there is more to do, of this account or another.
    public func proceed(limit: Int) throws(StorageError) -> Bool {
        guard let row = try db.run("SELECT * FROM burial ORDER BY account_id LIMIT 1").first else {
            return false
        }
        let account: Account.ID = try row["account_id"]
        var removed = try buryPosts(
            of: account,
            after: try row["last_post_id"],
            at: try row["buried_at"],
            limit
        )
        removed += try removeReactions(of: account, limit)
        removed += try db.polls.removeVotes(of: account, limit: limit)
        removed += try removeNotices(fromOrTo: account, limit)
        removed += try removeTimelineEntries(of: account, limit)
        if removed == 0 { try db.run("DELETE FROM burial WHERE account_id = \(account)") }
        return true
    }

    private func buryPosts(
        of account: Account.ID,
        after last: Post.ID,
        at time: Timestamp,
        _ limit: Int
    ) throws(StorageError) -> Int {
        let ids = try db.run(
            "SELECT id FROM post WHERE account_id = \(account) AND id > \(last) ORDER BY id LIMIT \(limit)"
        ).decoded { row throws(StorageError) -> Post.ID in try row["id"] }
        try db.posts.bury(ids, at: time)
        if let reached = ids.last {
            try db.run("UPDATE burial SET last_post_id = \(reached) WHERE account_id = \(account)")
        }
        return ids.count
    }

    private func removeReactions(of account: Account.ID, _ limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM reaction WHERE id IN (SELECT id FROM reaction WHERE account_id = \(account) LIMIT \(limit))
            RETURNING id
            """
        ).count
    }

    private func removeNotices(fromOrTo account: Account.ID, _ limit: Int) throws(StorageError) -> Int {
        let sent = try db.run(
            """
            DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE from_id = \(account) LIMIT \(limit)) RETURNING id
            """
        )
        let received = try db.run(
            """
            DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE account_id = \(account) LIMIT \(limit))
            RETURNING id
            """
        )
        return sent.count + received.count
    }

    private func removeTimelineEntries(of account: Account.ID, _ limit: Int) throws(StorageError) -> Int {
        let own = try db.run(
            """
            DELETE FROM timeline_entry WHERE account_id = \(account) AND position IN (
                SELECT position FROM timeline_entry WHERE account_id = \(account) LIMIT \(limit))
            RETURNING position
            """
        )
        let boosted = try db.run(
            """
            DELETE FROM timeline_entry WHERE (account_id, position) IN (
                SELECT account_id, position FROM timeline_entry WHERE boosted_by = \(account) LIMIT \(limit))
            RETURNING position
            """
        )
        return own.count + boosted.count
    }
}

extension SQLConnection {
    /// The `burial` table.
    public var burials: BurialStore { BurialStore(db: self) }

    /// Turns an account into a tombstone.
    ///
    /// With this transaction it and its posts are hidden, and its follows and every way to sign in are gone;
    /// `BurialStore` removes the rest. Its signing keys stay: the Delete that tells others is still to be signed.
    public func buryAccount(_ id: Account.ID, at time: Timestamp) throws(StorageError) {
        try follows.removeAll(of: id)
        try blocks.removeAll(of: id)
        try moves.removeAll(of: id)
        try hashtags.unfollowAll(of: id)
        try mutes.removeAll(of: id)
        try conversationMutes.removeAll(of: id)
        try bookmarks.removeAll(of: id)
        try remarks.removeAll(of: id)
        try accountLists.removeAll(of: id)
        try filters.removeAll(of: id)
        try drafts.removeAll(of: id)
        try sessions.removeAll(of: id)
        try accessTokens.removeAll(of: id)
        try members.remove(id)
        try uploads.removeAll(of: id)
        try accounts.setGone(id, at: time)
        try burials.begin(id, at: time)
    }
}
