public import Domain

/// The tables `notice_policy` and `notice_permit`: what people want to be told, and by whom in any case.
public struct NoticePolicyStore {
    let db: any SQLConnection

    /// What an account has chosen; the standard if nothing.
    public func find(of account: Account.ID) throws(StorageError) -> NoticePolicy {
        try db.run("SELECT * FROM notice_policy WHERE account_id = \(account)")
            .decoded(NoticePolicy.init(row:)).first ?? NoticePolicy()
    }

    /// Sets what an account wants.
    public func set(_ policy: NoticePolicy, of account: Account.ID) throws(StorageError) {
        try db.run(
            """
            INSERT INTO notice_policy (account_id, not_following, not_followers, new_accounts, private_mentions,
                limited_accounts)
            VALUES (\(account), \(policy.notFollowing), \(policy.notFollowers), \(policy.newAccounts),
                \(policy.privateMentions), \(policy.limitedAccounts))
            ON CONFLICT (account_id) DO UPDATE SET not_following = excluded.not_following,
                not_followers = excluded.not_followers, new_accounts = excluded.new_accounts,
                private_mentions = excluded.private_mentions, limited_accounts = excluded.limited_accounts
            """
        )
    }

    /// Lets an account be told what another does, whatever the policy says.
    public func permit(_ from: Account.ID, by account: Account.ID) throws(StorageError) {
        try db.run(
            """
            INSERT INTO notice_permit (account_id, from_id) VALUES (\(account), \(from)) ON CONFLICT DO NOTHING
            """
        )
    }

    /// What becomes of a notice.
    ///
    /// What is one's own, what becomes of a poll or a post that one has had to do with, and a wish to follow, which
    /// somebody has to answer, are told whatever the policy says; but of limited accounts the wishes alone.
    func answer(to notice: Notice) throws(StorageError) -> NoticePolicy.Answer {
        guard notice.kind != .followRequest, notice.account != notice.from else { return .accept }
        let policy = try find(of: notice.account)
        guard let sender = try db.accounts.find(notice.from) else { return .accept }
        guard policy != NoticePolicy() || sender.isLimited else { return .accept }
        if try isPermitted(notice.from, by: notice.account) { return .accept }
        let follow = try db.follows.find(follower: notice.account, followed: notice.from)
        let isFollowed = follow?.state == .accepted
        var answers: [NoticePolicy.Answer] = []
        if sender.isLimited, !isFollowed { answers.append(policy.limitedAccounts) }
        if ![.poll, .edit, .move].contains(notice.kind) {
            if !isFollowed { answers.append(policy.notFollowing) }
            if !isFollowed, notice.createdAt - sender.createdAt < NoticePolicy.newness {
                answers.append(policy.newAccounts)
            }
            if try !isFollower(notice) { answers.append(policy.notFollowers) }
            if !isFollowed, try isUnasked(notice) { answers.append(policy.privateMentions) }
        }
        return answers.max() ?? .accept
    }

    private func isPermitted(_ from: Account.ID, by account: Account.ID) throws(StorageError) -> Bool {
        try !db.run(
            "SELECT 1 AS found FROM notice_permit WHERE account_id = \(account) AND from_id = \(from)"
        ).isEmpty
    }

    private func isFollower(_ notice: Notice) throws(StorageError) -> Bool {
        // Whoever has followed just now says so by this very notice.
        if notice.kind == .follow { return true }
        let follow = try db.follows.find(follower: notice.from, followed: notice.account)
        return follow.map { $0.state == .accepted && notice.createdAt - $0.createdAt >= NoticePolicy.trial }
            ?? false
    }

    /// Whether it tells of a direct message that answers nothing of its reader's.
    private func isUnasked(_ notice: Notice) throws(StorageError) -> Bool {
        guard notice.kind == .mention, let id = notice.post, let post = try db.posts.find(id),
            post.audience == .direct
        else { return false }
        guard let parent = post.inReplyTo else { return true }
        return try db.posts.find(uri: parent)?.author != notice.account
    }
}

extension SQLConnection {
    /// What people want to be told.
    public var noticePolicies: NoticePolicyStore { NoticePolicyStore(db: self) }
}

extension NoticePolicy {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            notFollowing: try row["not_following"],
            notFollowers: try row["not_followers"],
            newAccounts: try row["new_accounts"],
            privateMentions: try row["private_mentions"],
            limitedAccounts: try row["limited_accounts"]
        )
    }
}
