public import Domain

/// The `notice` table.
public struct NoticeStore {
    let db: any SQLConnection

    /// Tells a local account something, once: a second notice of the same kind, from and post is left out.
    ///
    /// Nobody is told of what an account does that they block, or that blocks them, nor of what they do themselves; but
    /// of what becomes of their own polls and drafts. What their policy filters is kept aside, and what it drops is not kept.
    public func insert(_ notice: Notice) throws(StorageError) {
        guard notice.account != notice.from || notice.kind.isOwn,
            try !db.blocks.stands(between: notice.account, and: notice.from),
            try !isOfMutedThread(notice)
        else { return }
        let answer = try db.noticePolicies.answer(to: notice)
        guard answer != .drop else { return }
        let added = try db.run(
            """
            INSERT INTO notice (id, account_id, kind, from_id, post_id, is_held, created_at)
            VALUES (\(notice.id), \(notice.account), \(notice.kind), \(notice.from), \(notice.post),
                \(answer == .filter), \(notice.createdAt))
            ON CONFLICT DO NOTHING RETURNING id
            """
        )
        guard !added.isEmpty, answer == .accept else { return }
        try db.streamEvents.add(.notice, subject: notice.id.rawValue, for: notice.account)
    }

    /// Tells those who want to be told of each post of its author that it is there; not of answers.
    public func tellFollowers(of post: Post, now: Timestamp, _ nextID: () -> Notice.ID) throws(StorageError) {
        guard post.inReplyTo == nil else { return }
        for follower in try db.follows.toBeTold(of: post) {
            try insert(
                Notice(
                    id: nextID(),
                    account: follower,
                    kind: .post,
                    from: post.author,
                    post: post.id,
                    createdAt: now
                )
            )
        }
    }

    private func isOfMutedThread(_ notice: Notice) throws(StorageError) -> Bool {
        guard let post = notice.post else { return false }
        return try !db.conversationMutes.muted(by: notice.account, among: [post]).isEmpty
    }

    /// Takes back what an undone follow, like or boost told.
    public func remove(
        _ kind: Notice.Kind,
        to account: Account.ID,
        from: Account.ID,
        post: Post.ID?
    ) throws(StorageError) {
        let samePost: SQL = post.map { "post_id = \($0)" } ?? "post_id IS NULL"
        try db.run(
            """
            DELETE FROM notice WHERE account_id = \(account) AND kind = \(kind) AND from_id = \(from)
                AND \(fragment: samePost)
            """
        )
    }

    /// Takes back all that one account told another; for a block.
    func removeAll(to account: Account.ID, from: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM notice WHERE account_id = \(account) AND from_id = \(from)")
    }

    /// A page of an account's notices, newest first; without those from whom it has muted and wants none.
    public func page(of account: Account.ID, before: Notice.ID?, limit: Int) throws(StorageError) -> [Notice]
    {
        try page(of: account, Query(.init(before: before?.rawValue, limit: limit)))
    }
}

extension SQLConnection {
    /// The `notice` table.
    public var notices: NoticeStore { NoticeStore(db: self) }
}

extension Notice {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            kind: try row["kind"],
            from: try row["from_id"],
            post: try row["post_id"],
            createdAt: try row["created_at"]
        )
    }
}

extension Notice.Kind {
    /// Whether it tells people of what is their own.
    fileprivate var isOwn: Bool { self == .poll || self == .draft }
}
