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
    public func remove(_ boost: Reaction) throws(StorageError) {
        try db.run(
            "DELETE FROM timeline_entry WHERE post_id = \(boost.post) AND boosted_by = \(boost.account)"
        )
    }

    /// Empties the timeline of an account that is gone, and takes what it boosted out of all others.
    public func removeAll(of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM timeline_entry WHERE account_id = \(account) OR boosted_by = \(account)")
    }

    /// Takes everything by an author, or boosted by them, out of a reader's timeline; when a follow ends.
    public func remove(author: Account.ID, from reader: Account.ID) throws(StorageError) {
        try db.run(
            """
            DELETE FROM timeline_entry WHERE account_id = \(reader) AND (boosted_by = \(author)
                OR (boosted_by IS NULL AND post_id IN (SELECT p.id FROM post p WHERE p.account_id = \(author))
                    AND post_id NOT IN (SELECT d.post_id FROM post_addressee d WHERE d.account_id = \(reader))))
            """
        )
    }
}

extension SQLConnection {
    /// The `timeline_entry` table.
    public var timelines: TimelineStore { TimelineStore(db: self) }
}
