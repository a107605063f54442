public import Domain

/// People to find: the directory, whom one might follow, and whom one knows who follows somebody.
public struct PeopleView {
    let db: any SQLConnection

    /// In which order people stand in the directory.
    public enum Order: Sendable {
        /// Who wrote last comes first; who wrote nothing lately is not there.
        case active
        /// Who came last comes first.
        case new
    }

    /// How many of the newest posts tell who is active.
    private static let recent = 2_000
    /// How many of those whom somebody follows are asked whom they follow.
    private static let friends = 200

    /// People that may be shown to anybody who asks: strangers see the school's own.
    ///
    /// `isLocal`: only the school's own.
    public func directory(
        of school: School.ID,
        for viewer: Viewer,
        _ order: Order,
        isLocal: Bool,
        offset: Int = 0,
        limit: Int
    ) throws(StorageError) -> [Account] {
        let isLocal = isLocal || viewer.account == nil
        let people: SQL =
            switch order {
            case .new: "SELECT w.*, w.id AS rank FROM account w"
            case .active:
                """
                SELECT w.*, r.last AS rank FROM (SELECT o.account_id, MAX(o.id) AS last FROM (
                    SELECT p.account_id, p.id FROM post p WHERE p.audience = 'public' AND p.deleted_at IS NULL
                        AND \(fragment: isLocal ? "p.school_id = \(school)" : "1 = 1")
                    ORDER BY p.id DESC LIMIT \(Self.recent)) o GROUP BY o.account_id) r
                    JOIN account w ON w.id = r.account_id
                """
            }
        let found = try db.run(
            """
            \(fragment: people) WHERE \(fragment: Self.isShown(to: viewer, of: school))
                AND \(fragment: isLocal ? "w.school_id = \(school)" : "1 = 1")
            ORDER BY rank DESC LIMIT \(max(0, limit)) OFFSET \(max(0, offset))
            """
        ).decoded(Account.init(row:))
        return try db.blocks.withoutParted(found, from: viewer.account)
    }

    /// People whom those whom an account follows follow, the most followed first, then colleagues of its school; none
    /// whom it follows, has asked to, or does not want proposed.
    public func proposals(for account: Account.ID, of school: School.ID, limit: Int) throws(StorageError)
        -> [(account: Account, isFriendOfFriend: Bool)]
    {
        let viewer = Viewer.account(account, school: school)
        let isOpen: SQL = """
            w.id <> \(account) AND \(fragment: Self.isShown(to: viewer, of: school))
                AND NOT EXISTS (SELECT 1 FROM follow o WHERE o.follower_id = \(account) AND o.followed_id = w.id)
                AND NOT EXISTS (SELECT 1 FROM unwanted_proposal u
                    WHERE u.account_id = \(account) AND u.proposed_id = w.id)
            """
        let friends = try db.run(
            """
            SELECT w.*, COUNT(*) AS rank FROM (SELECT followed_id FROM follow
                WHERE follower_id = \(account) AND state = 'accepted' ORDER BY id DESC LIMIT \(Self.friends)) m
                JOIN follow f ON f.follower_id = m.followed_id AND f.state = 'accepted'
                JOIN account w ON w.id = f.followed_id
            WHERE \(fragment: isOpen) GROUP BY w.id ORDER BY rank DESC, w.id DESC LIMIT \(max(0, limit))
            """
        ).decoded(Account.init(row:))
        let colleagues = try db.run(
            """
            SELECT w.* FROM account w WHERE w.school_id = \(school) AND \(fragment: isOpen)
            ORDER BY w.id DESC LIMIT \(max(0, limit))
            """
        ).decoded(Account.init(row:))
        let known = Set(friends.map(\.id))
        let all = friends + colleagues.filter { !known.contains($0.id) }
        return try db.blocks.withoutParted(all, from: account).prefix(max(0, limit))
            .map { ($0, known.contains($0.id)) }
    }

    /// Those whom an account follows who follow another, the newest account first.
    public func acquaintances(of account: Account.ID, following other: Account.ID, limit: Int)
        throws(StorageError) -> [Account]
    {
        let found = try db.run(
            """
            SELECT a.* FROM follow m JOIN follow t ON t.follower_id = m.followed_id AND t.state = 'accepted'
                JOIN account a ON a.id = m.followed_id
            WHERE m.follower_id = \(account) AND m.state = 'accepted' AND t.followed_id = \(other)
                AND a.suspended_at IS NULL AND a.gone_at IS NULL
            ORDER BY a.id DESC LIMIT \(max(0, limit))
            """
        ).decoded(Account.init(row:))
        return try db.blocks.withoutParted(found, from: account)
    }

    /// Proposes somebody no more.
    public func dismiss(_ proposed: Account.ID, for account: Account.ID) throws(StorageError) {
        try db.run(
            """
            INSERT INTO unwanted_proposal (account_id, proposed_id)
            SELECT \(account), a.id FROM account a WHERE a.id = \(proposed) ON CONFLICT DO NOTHING
            """
        )
    }

    /// People `w` whom nobody asked for by name: active, not limited, at hosts that the school admits, not muted.
    private static func isShown(to viewer: Viewer, of school: School.ID) -> SQL {
        """
        w.suspended_at IS NULL AND w.gone_at IS NULL AND w.kind <> \(Account.Kind.application)
            AND w.limited_at IS NULL AND \(fragment: MuteSQL.isHeard(column: "w.id", by: viewer))
            AND \(fragment: AdmissionSQL.isAdmitted(column: "w.host", by: "\(school)"))
        """
    }
}

extension SQLConnection {
    /// People to find.
    public var people: PeopleView { PeopleView(db: self) }
}
