public import Domain

/// An account that is gone and of which something is still to be removed.
public struct Burial: Sendable, Hashable {
    /// Whose.
    public let account: Account.ID
    /// Our Delete that tells of it; nil for a peer's account.
    public let activity: OutboxActivity.ID?
    /// When it went.
    let buriedAt: Timestamp
    /// Up to which post its posts are buried.
    let lastPost: Post.ID
}

/// The `burial` table: accounts that are gone and of which something is still to be removed.
///
/// An account is hidden in the transaction that buries it; what it left behind may be much, and goes in batches, so
/// that other writes come between. A crash in the middle loses nothing: the row stays until nothing is left.
public struct BurialStore {
    let db: any SQLConnection

    /// Notes that an account's posts, reactions, notices and timeline are to go.
    func begin(_ account: Account.ID, _ activity: OutboxActivity.ID?, at time: Timestamp) throws(StorageError)
    {
        try db.run(
            """
            INSERT INTO burial (account_id, activity_id, buried_at, last_post_id)
            VALUES (\(account), \(activity), \(time), 0)
            ON CONFLICT (account_id) DO NOTHING
            """
        )
    }

    /// The burial that `proceed` goes on with; nil when there is none.
    public func next() throws(StorageError) -> Burial? {
        guard let row = try db.run("SELECT * FROM burial ORDER BY account_id LIMIT 1").first else {
            return nil
        }
        return Burial(
            account: try row["account_id"],
            activity: try row["activity_id"],
            buriedAt: try row["buried_at"],
            lastPost: try row["last_post_id"]
        )
    }

    /// The inboxes of peers that know the account by what the next batch removes: those of people whom its posts address
    /// and who answered or reacted to them, and of those whose posts it reacted to.
    ///
    /// Asked before `proceed`, with the same limit.
    public func inboxes(knowing burial: Burial, limit: Int) throws(StorageError) -> [URI] {
        let posts = try posts(of: burial, limit)
        let reactions = try reactions(of: burial.account, limit)
        if posts.isEmpty, reactions.isEmpty { return [] }
        return try db.run(
            """
            SELECT DISTINCT COALESCE(a.shared_inbox, a.inbox) AS inbox FROM account a
            WHERE a.school_id IS NULL AND a.gone_at IS NULL AND a.id IN (
                SELECT account_id FROM post_addressee WHERE post_id IN (\(list: posts))
                UNION SELECT account_id FROM reaction WHERE post_id IN (\(list: posts))
                UNION SELECT r.account_id FROM post p JOIN post r ON r.in_reply_to = p.uri
                    WHERE p.id IN (\(list: posts))
                UNION SELECT p.account_id FROM reaction r JOIN post p ON p.id = r.post_id
                    WHERE r.id IN (\(list: reactions)))
            """
        ).decoded { row throws(StorageError) in try row["inbox"] }
    }

    /// Removes at most so many rows of each kind of one account.
    ///
    /// - Returns: whether there is more to do, of this account or another.
    public func proceed(limit: Int) throws(StorageError) -> Bool {
        guard let burial = try next() else { return false }
        let account = burial.account
        var removed = try buryPosts(of: burial, limit)
        removed += try removeReactions(of: account, limit)
        removed += try db.polls.removeVotes(of: account, limit: limit)
        removed += try removeTimelineEntries(of: account, limit)
        removed += try removeActivities(of: burial, limit)
        removed += try removeLists(of: account, limit)
        removed += try db.imports.remove(before: burial.buriedAt, of: account, limit: limit)
        for rows in Self.rows { removed += try remove(rows, of: account, limit) }
        if removed == 0 { try db.run("DELETE FROM burial WHERE account_id = \(account)") }
        return true
    }

    private func posts(of burial: Burial, _ limit: Int) throws(StorageError) -> [Post.ID] {
        try db.run(
            """
            SELECT id FROM post WHERE account_id = \(burial.account) AND id > \(burial.lastPost)
            ORDER BY id LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in try row["id"] }
    }

    private func buryPosts(of burial: Burial, _ limit: Int) throws(StorageError) -> Int {
        let ids = try posts(of: burial, limit)
        try db.posts.bury(ids, at: burial.buriedAt)
        if let reached = ids.last {
            try db.run("UPDATE burial SET last_post_id = \(reached) WHERE account_id = \(burial.account)")
        }
        return ids.count
    }

    private func reactions(of account: Account.ID, _ limit: Int) throws(StorageError) -> [Reaction.ID] {
        try db.run(
            "SELECT id FROM reaction WHERE account_id = \(account) ORDER BY kind, id LIMIT \(limit)"
        ).decoded { row throws(StorageError) in try row["id"] }
    }

    private func removeReactions(of account: Account.ID, _ limit: Int) throws(StorageError) -> Int {
        let ids = try reactions(of: account, limit)
        if !ids.isEmpty { try db.run("DELETE FROM reaction WHERE id IN (\(list: ids))") }
        return ids.count
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

    /// What the account sent holds what it said; only the Delete that tells of its end stays, with its deliveries.
    private func removeActivities(of burial: Burial, _ limit: Int) throws(StorageError) -> Int {
        let kept = burial.activity ?? OutboxActivity.ID(rawValue: 0)
        let ids = try db.run(
            """
            SELECT id FROM outbox_activity WHERE account_id = \(burial.account) AND id <> \(kept)
            ORDER BY id LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) -> OutboxActivity.ID in try row["id"] }
        guard !ids.isEmpty else { return 0 }
        try db.run("DELETE FROM delivery WHERE activity_id IN (\(list: ids))")
        try db.run("DELETE FROM outbox_activity WHERE id IN (\(list: ids))")
        return ids.count
    }

    /// A list goes when it has no members left.
    private func removeLists(of account: Account.ID, _ limit: Int) throws(StorageError) -> Int {
        let members = try db.run(
            """
            DELETE FROM account_list_member WHERE (list_id, member_id) IN (
                SELECT m.list_id, m.member_id FROM account_list l JOIN account_list_member m ON m.list_id = l.id
                WHERE l.account_id = \(account) LIMIT \(limit))
            RETURNING list_id
            """
        )
        let lists = try db.run(
            """
            DELETE FROM account_list WHERE id IN (
                SELECT l.id FROM account_list l
                WHERE l.account_id = \(account)
                    AND NOT EXISTS (SELECT 1 FROM account_list_member m WHERE m.list_id = l.id)
                LIMIT \(limit))
            RETURNING id
            """
        )
        return members.count + lists.count
    }

    /// Rows that just go, by the column that names the account, and the key of their table.
    private static let rows: [(table: SQL, column: SQL, key: SQL)] = [
        ("notice", "from_id", "id"), ("notice", "account_id", "id"),
        ("follow", "follower_id", "id"), ("follow", "followed_id", "id"),
        ("block", "blocker_id", "id"), ("block", "blocked_id", "id"),
        ("followed_hashtag", "account_id", "id"),
        ("mute", "account_id", "id"), ("mute", "muted_id", "id"), ("bookmark", "account_id", "id"),
        ("conversation_mute", "account_id", "account_id, post_id"),
        ("account_list_member", "member_id", "list_id, member_id"),
        ("account_note", "account_id", "account_id, about_id"),
        ("account_note", "about_id", "account_id, about_id"),
        ("account_export", "account_id", "id"), ("imported_post", "account_id", "account_id, original"),
        ("endorsement", "account_id", "id"), ("endorsement", "endorsed_id", "id"),
        ("reading_mark", "account_id", "account_id, list"), ("featured_hashtag", "account_id", "id"),
        ("unwanted_proposal", "account_id", "account_id, proposed_id"),
        ("unwanted_proposal", "proposed_id", "account_id, proposed_id"),
        ("notice_policy", "account_id", "account_id"), ("notice_permit", "account_id", "account_id, from_id"),
        ("notice_permit", "from_id", "account_id, from_id"),
        ("direct_thread", "account_id", "account_id, id"),
    ]

    private func remove(
        _ rows: (table: SQL, column: SQL, key: SQL),
        of account: Account.ID,
        _ limit: Int
    ) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM \(fragment: rows.table) WHERE (\(fragment: rows.key)) IN (
                SELECT \(fragment: rows.key) FROM \(fragment: rows.table)
                WHERE \(fragment: rows.column) = \(account) LIMIT \(limit))
            RETURNING 1 AS removed
            """
        ).count
    }
}

extension SQLConnection {
    /// The `burial` table.
    public var burials: BurialStore { BurialStore(db: self) }

    /// Turns an account into a tombstone.
    ///
    /// With this transaction it and its posts are hidden, and every way to sign in is gone; `BurialStore` removes the
    /// rest. Its signing keys stay: the Delete that tells others is still to be signed. The handle of one of ours is never
    /// given to another account.
    ///
    /// `activity`: the Delete that tells others of an account of ours.
    public func buryAccount(_ id: Account.ID, telling activity: OutboxActivity.ID? = nil, at time: Timestamp)
        throws(StorageError)
    {
        if let account = try accounts.find(id), account.isLocal {
            try formerHandles.add(account.handle, of: id, at: time)
        }
        try sessions.removeAll(of: id)
        try accessTokens.removeAll(of: id)
        try members.remove(id)
        try moves.removeAll(of: id)
        try filters.removeAll(of: id)
        try drafts.removeAll(of: id)
        try uploads.removeAll(of: id)
        try accounts.setGone(id, at: time)
        try burials.begin(id, activity, at: time)
    }
}
