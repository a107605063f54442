public import Domain

/// The `timeline_entry` table: each local account's home timeline, written when a post arrives.
///
/// A post stands once in a timeline, however often it is boosted.
public struct TimelineStore {
    let db: any SQLConnection

    /// Puts a post into the timelines of its author's local followers and, if local, of the author.
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
    }

    /// Puts a boosted post into the timelines of the booster's local followers.
    public func add(_ boost: Reaction, to schools: [School.ID]) throws(StorageError) {
        try db.run(
            """
            INSERT INTO timeline_entry (account_id, position, post_id, boosted_by)
            SELECT f.follower_id, \(boost.id), \(boost.post), \(boost.account)
            FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(boost.account) AND f.state = 'accepted' AND a.school_id IN (\(list: schools))
            ON CONFLICT DO NOTHING
            """
        )
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
    /// What addresses the reader by name stays, and so does what they also get through another whom they follow.
    public func remove(author: Account.ID, from reader: Account.ID) throws(StorageError) {
        try db.run(
            """
            DELETE FROM timeline_entry WHERE account_id = \(reader) AND (boosted_by = \(author)
                OR (boosted_by IS NULL AND post_id IN (SELECT p.id FROM post p WHERE p.account_id = \(author))
                    AND NOT EXISTS (SELECT 1 FROM post_addressee d
                        WHERE d.post_id = timeline_entry.post_id AND d.account_id = \(reader))))
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
                AND f.state = 'accepted' AND a.school_id IS NOT NULL AND \(fragment: readers)
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
