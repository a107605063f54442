public import Domain

/// The `direct_thread` table: conversations in direct messages.
public struct DirectThreadStore {
    let db: any SQLConnection

    /// Notes a direct message in the conversations of those who wrote it or whom it addresses; for its author it is read.
    ///
    /// `schools`: only accounts of these schools get it.
    func add(_ post: Post, to schools: [School.ID]) throws(StorageError) {
        let key = try conversation(of: post)
        try db.run(
            """
            INSERT INTO direct_thread (account_id, id, conversation, last_post_id, is_unread)
            SELECT a.id, \(post.id), \(key), \(post.id), CASE WHEN a.id = \(post.author) THEN 0 ELSE 1 END
            FROM account a WHERE a.school_id IN (\(list: schools)) AND (a.id = \(post.author)
                OR a.id IN (SELECT d.account_id FROM post_addressee d WHERE d.post_id = \(post.id)))
            ON CONFLICT (account_id, conversation) DO UPDATE SET last_post_id = excluded.last_post_id,
                is_unread = excluded.is_unread WHERE excluded.last_post_id > direct_thread.last_post_id
            """
        )
    }

    /// What a conversation is called: by its home or, where that says nothing, by what the message answers.
    private func conversation(of post: Post) throws(StorageError) -> String {
        if let name = post.conversation { return name }
        guard let parent = post.inReplyTo else { return post.uri.description }
        return try db.posts.find(uri: parent)?.conversation ?? parent.description
    }

    /// A page of an account's conversations of whose newest message the account is to hear, by that message, newest first.
    public func page(of account: Account.ID, school: School.ID, _ page: HomeTimelineView.Page)
        throws(StorageError) -> [DirectThread]
    {
        let low = max(page.since ?? -1, page.after ?? -1)
        let order: SQL = page.after == nil ? "DESC" : "ASC"
        let viewer = Viewer.account(account, school: school)
        let threads = try db.run(
            """
            SELECT t.account_id, t.id, t.last_post_id, t.is_unread
            FROM direct_thread t JOIN post p ON p.id = t.last_post_id JOIN account w ON w.id = p.account_id
            WHERE t.account_id = \(account) AND t.last_post_id < \(page.before ?? .max) AND t.last_post_id > \(low)
                AND \(fragment: VisibilitySQL.condition(for: viewer))
                AND \(fragment: MuteSQL.isHeard(column: "p.account_id", by: viewer))
            ORDER BY t.last_post_id \(fragment: order) LIMIT \(page.limit)
            """
        ).decoded(DirectThread.init(row:))
        return page.after == nil ? threads : threads.reversed()
    }

    /// One of an account's conversations.
    public func find(_ id: DirectThread.ID, of account: Account.ID) throws(StorageError) -> DirectThread? {
        try db.run("SELECT * FROM direct_thread WHERE account_id = \(account) AND id = \(id)")
            .decoded(DirectThread.init(row:)).first
    }

    /// Marks a conversation as read, or as unread.
    public func set(_ id: DirectThread.ID, of account: Account.ID, isUnread: Bool) throws(StorageError) {
        try db.run(
            "UPDATE direct_thread SET is_unread = \(isUnread) WHERE account_id = \(account) AND id = \(id)"
        )
    }

    /// Takes a conversation out of an account's list until something new comes; the messages stay.
    public func remove(_ id: DirectThread.ID, of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM direct_thread WHERE account_id = \(account) AND id = \(id)")
    }

    /// Goes back to the newest message before those that are being deleted; a conversation without any goes.
    func retreat(from posts: [Post.ID]) throws(StorageError) {
        try db.run(
            """
            UPDATE direct_thread SET last_post_id = (SELECT MAX(p.id) FROM post p
                WHERE p.conversation = direct_thread.conversation AND p.audience = 'direct'
                    AND p.deleted_at IS NULL AND (p.account_id = direct_thread.account_id
                        OR EXISTS (SELECT 1 FROM post_addressee d
                            WHERE d.post_id = p.id AND d.account_id = direct_thread.account_id)))
            WHERE last_post_id IN (\(list: posts)) AND EXISTS (SELECT 1 FROM post p
                WHERE p.conversation = direct_thread.conversation AND p.audience = 'direct'
                    AND p.deleted_at IS NULL AND (p.account_id = direct_thread.account_id
                        OR EXISTS (SELECT 1 FROM post_addressee d
                            WHERE d.post_id = p.id AND d.account_id = direct_thread.account_id)))
            """
        )
        try db.run("DELETE FROM direct_thread WHERE last_post_id IN (\(list: posts))")
    }
}

extension SQLConnection {
    /// The `direct_thread` table.
    public var directThreads: DirectThreadStore { DirectThreadStore(db: self) }
}

extension DirectThread {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            account: try row["account_id"],
            id: try row["id"],
            last: try row["last_post_id"],
            isUnread: try row["is_unread"]
        )
    }
}
