public import Domain

/// The `timeline_entry` table: each local account's home timeline, written when a post arrives.
///
/// A post stands once in a timeline, however often it is boosted.
public struct TimelineStore {
    let db: any SQLConnection

    /// Puts a post into the timelines of its author's local followers, if public of those who follow a hashtag of it,
    /// and, if local, of the author.
    ///
    /// `schools`: only accounts of these schools get it; the schools that allow the author's host.
    public func add(_ post: Post, to schools: [School.ID]) throws(StorageError) {
        let readers: SQL =
            switch post.audience {
            case .direct:
                "f.follower_id IN (SELECT d.account_id FROM post_addressee d WHERE d.post_id = \(post.id))"
            case .school: "a.school_id = (SELECT w.school_id FROM account w WHERE w.id = \(post.author))"
            case .public, .unlisted, .partners, .followers: "1 = 1"
            }
        try db.run(
            """
            INSERT INTO timeline_entry (account_id, position, post_id)
            SELECT f.follower_id, \(post.id), \(post.id) FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(post.author) AND f.state = 'accepted' AND a.school_id IN (\(list: schools))
                AND \(fragment: readers)
            ON CONFLICT DO NOTHING
            """
        )
        try db.run(
            """
            INSERT INTO timeline_entry (account_id, position, post_id)
            SELECT a.id, \(post.id), \(post.id) FROM account a WHERE a.id = \(post.author) AND a.school_id IS NOT NULL
            ON CONFLICT DO NOTHING
            """
        )
        if post.audience == .public { try addForHashtags(of: post, in: schools) }
        try db.streamEvents.add(.post, post: post.id)
    }

    /// Where a post stands in the timelines of some accounts.
    public func positions(of post: Post.ID, among accounts: [Account.ID]) throws(StorageError) -> [Account.ID:
        Int64]
    {
        guard !accounts.isEmpty else { return [:] }
        var positions: [Account.ID: Int64] = [:]
        for row in try db.run(
            """
            SELECT account_id, position FROM timeline_entry
            WHERE post_id = \(post) AND account_id IN (\(list: accounts))
            """
        ) {
            positions[try row["account_id"]] = try row["position"]
        }
        return positions
    }

    private func addForHashtags(of post: Post, in schools: [School.ID]) throws(StorageError) {
        guard !post.body.hashtags.isEmpty else { return }
        try db.run(
            """
            INSERT INTO timeline_entry (account_id, position, post_id)
            SELECT g.account_id, h.post_id, h.post_id FROM post_hashtag h JOIN followed_hashtag g ON g.name = h.name
                JOIN account a ON a.id = g.account_id
            WHERE h.post_id = \(post.id) AND a.school_id IN (\(list: schools))
                AND (SELECT w.limited_at FROM account w WHERE w.id = \(post.author)) IS NULL
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Takes out what a reader got through a hashtag that they do not follow any more, and through nothing else.
    ///
    /// What they wrote, what addresses them, what is by somebody they follow or was boosted to them, and what has another
    /// hashtag that they follow, stays.
    public func remove(hashtag name: String, from reader: Account.ID) throws(StorageError) {
        try db.run(
            """
            DELETE FROM timeline_entry WHERE account_id = \(reader) AND boosted_by IS NULL AND post_id IN (
                SELECT h.post_id FROM post_hashtag h JOIN post p ON p.id = h.post_id
                WHERE h.name = \(name) AND p.account_id <> \(reader)
                    AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = \(reader)
                        AND f.followed_id = p.account_id AND f.state = 'accepted')
                    AND NOT EXISTS (SELECT 1 FROM post_addressee d
                        WHERE d.post_id = p.id AND d.account_id = \(reader))
                    AND NOT \(fragment: Self.hasFollowedHashtag("p.id", reader)))
            """
        )
    }

    /// Whether a post is public and has a hashtag that a reader follows.
    private static func hasFollowedHashtag(_ post: SQL, _ reader: Account.ID) -> SQL {
        """
        EXISTS (SELECT 1 FROM post_hashtag o JOIN followed_hashtag g ON g.name = o.name JOIN post x ON x.id = o.post_id
            WHERE o.post_id = \(fragment: post) AND g.account_id = \(reader) AND x.audience = 'public')
        """
    }

    /// Puts a post into the timelines of the local accounts it addresses by name.
    ///
    /// `schools`: only accounts of these schools get it.
    public func addForAddressees(of post: Post, in schools: [School.ID]) throws(StorageError) {
        try db.run(
            """
            INSERT INTO timeline_entry (account_id, position, post_id)
            SELECT d.account_id, \(post.id), \(post.id)
            FROM post_addressee d JOIN account a ON a.id = d.account_id
            WHERE d.post_id = \(post.id) AND a.school_id IN (\(list: schools))
            ON CONFLICT DO NOTHING
            """
        )
        if post.audience == .direct { try db.directThreads.add(post, to: schools) }
    }

    /// Puts a boosted post into the timelines of the booster's local followers who want their boosts.
    public func add(_ boost: Reaction, to schools: [School.ID]) throws(StorageError) {
        try db.run(
            """
            INSERT INTO timeline_entry (account_id, position, post_id, boosted_by)
            SELECT f.follower_id, \(boost.id), \(boost.post), \(boost.account)
            FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(boost.account) AND f.state = 'accepted' AND f.shows_boosts = 1
                AND a.school_id IN (\(list: schools))
            ON CONFLICT DO NOTHING
            """
        )
        try db.streamEvents.add(.boost, post: boost.post, subject: boost.id.rawValue)
    }

    /// Takes out the entries that an undone boost brought.
    ///
    /// The post stays with those who also follow its author or another booster.
    public func remove(_ boost: Reaction) throws(StorageError) {
        try db.run(
            "DELETE FROM timeline_entry WHERE post_id = \(boost.post) AND boosted_by = \(boost.account)"
        )
        let readers: SQL = """
            f.follower_id IN (SELECT o.follower_id FROM follow o
                WHERE o.followed_id = \(boost.account) AND o.state = 'accepted')
            """
        try restore("p.id = \(boost.post)", fromAuthorsBut: boost.account, for: readers)
        try restore("p.id = \(boost.post)", fromBoostersBut: boost.account, for: readers)
    }

    /// Takes everything by an author, or boosted by them, out of a reader's timeline; when a follow ends.
    ///
    /// What addresses the reader by name stays, and so does what they also get through another whom they follow, or
    /// through a hashtag.
    public func remove(author: Account.ID, from reader: Account.ID) throws(StorageError) {
        try db.run(
            """
            DELETE FROM timeline_entry WHERE account_id = \(reader) AND (boosted_by = \(author)
                OR (boosted_by IS NULL AND post_id IN (SELECT p.id FROM post p WHERE p.account_id = \(author))
                    AND NOT EXISTS (SELECT 1 FROM post_addressee d
                        WHERE d.post_id = timeline_entry.post_id AND d.account_id = \(reader))
                    AND NOT \(fragment: Self.hasFollowedHashtag("timeline_entry.post_id", reader))))
            """
        )
        let boosted: SQL =
            "p.id IN (SELECT b.post_id FROM reaction b WHERE b.account_id = \(author) AND b.kind = 'boost')"
        let follows: SQL = "f.follower_id = \(reader)"
        try restore(boosted, fromAuthorsBut: author, for: follows)
        try restore(
            "(p.account_id = \(author) OR \(fragment: boosted))",
            fromBoostersBut: author,
            for: follows
        )
    }

    /// Takes what an account boosted out of a reader's timeline, but for what they also get otherwise.
    public func remove(boostsBy booster: Account.ID, from reader: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM timeline_entry WHERE account_id = \(reader) AND boosted_by = \(booster)")
        let boosted: SQL =
            "p.id IN (SELECT b.post_id FROM reaction b WHERE b.account_id = \(booster) AND b.kind = 'boost')"
        try restore(boosted, fromAuthorsBut: booster, for: "f.follower_id = \(reader)")
        try restore(boosted, fromBoostersBut: booster, for: "f.follower_id = \(reader)")
    }

    /// Takes everything by an author, or boosted by them, out of a reader's timeline, whoever it addresses; for a block.
    public func removeAll(author: Account.ID, from reader: Account.ID) throws(StorageError) {
        try remove(author: author, from: reader)
        try db.run(
            """
            DELETE FROM timeline_entry WHERE account_id = \(reader)
                AND post_id IN (SELECT p.id FROM post p WHERE p.account_id = \(author))
            """
        )
    }

    /// Puts posts `p` back that readers, followers by `f`, get from an author whom they follow.
    private func restore(_ posts: SQL, fromAuthorsBut account: Account.ID, for readers: SQL)
        throws(StorageError)
    {
        try db.run(
            """
            INSERT INTO timeline_entry (account_id, position, post_id)
            SELECT f.follower_id, p.id, p.id FROM post p
                JOIN follow f ON f.followed_id = p.account_id JOIN account a ON a.id = f.follower_id
            WHERE \(fragment: posts) AND p.audience IN ('public', 'unlisted') AND p.deleted_at IS NULL
                AND p.account_id <> \(account) AND f.state = 'accepted' AND a.school_id IS NOT NULL
                AND \(fragment: readers)
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Puts posts `p` back that readers, followers by `f`, get boosted by somebody else; the first boost counts.
    private func restore(_ posts: SQL, fromBoostersBut account: Account.ID, for readers: SQL)
        throws(StorageError)
    {
        try db.run(
            """
            INSERT INTO timeline_entry (account_id, position, post_id, boosted_by)
            SELECT f.follower_id, r.id, r.post_id, r.account_id FROM post p
                JOIN reaction r ON r.post_id = p.id AND r.kind = 'boost'
                JOIN follow f ON f.followed_id = r.account_id JOIN account a ON a.id = f.follower_id
            WHERE \(fragment: posts) AND r.account_id <> \(account) AND p.deleted_at IS NULL
                AND f.state = 'accepted' AND f.shows_boosts = 1 AND a.school_id IS NOT NULL
                AND \(fragment: readers)
            ORDER BY r.id
            ON CONFLICT DO NOTHING
            """
        )
    }
}

extension SQLConnection {
    /// The `timeline_entry` table.
    public var timelines: TimelineStore { TimelineStore(db: self) }
}
