public import Domain

extension NoticeStore {
    /// Which notices are wanted.
    public struct Query: Sendable {
        /// Which part of them.
        public var page: HomeTimelineView.Page
        /// Only these kinds; nil for all.
        public var kinds: Set<Notice.Kind>?
        /// None of these kinds.
        public var without: Set<Notice.Kind>
        /// Only from this account.
        public var from: Account.ID?
        /// Also those that are kept aside.
        public var withHeld: Bool

        /// Asks for notices.
        public init(
            _ page: HomeTimelineView.Page = .init(),
            kinds: Set<Notice.Kind>? = nil,
            without: Set<Notice.Kind> = [],
            from: Account.ID? = nil,
            withHeld: Bool = false
        ) {
            self.page = page
            self.kinds = kinds
            self.without = without
            self.from = from
            self.withHeld = withHeld
        }
    }

    /// What one account has told that is kept aside.
    public struct Held: Sendable, Hashable {
        /// Who.
        public let from: Account.ID
        /// How many notices.
        public let count: Int
        /// When the first and the last came.
        public let first: Timestamp
        /// When the last came.
        public let last: Timestamp
        /// The newest post that one of them is about.
        public let post: Post.ID?
    }

    /// A page of an account's notices, newest first; without those from whom it has muted and wants none.
    public func page(of account: Account.ID, _ query: Query) throws(StorageError) -> [Notice] {
        let page = query.page
        let order: SQL = page.after == nil ? "DESC" : "ASC"
        let notices = try db.run(
            """
            SELECT n.* FROM notice n WHERE \(fragment: Self.condition(account, query))
            ORDER BY n.id \(fragment: order) LIMIT \(page.limit)
            """
        ).decoded(Notice.init(row:))
        return page.after == nil ? notices : notices.reversed()
    }

    /// A page of the newest notices of groups, each group once, where its newest notice stands.
    public func heads(of account: Account.ID, _ query: Query, grouping kinds: Set<Notice.Kind>)
        throws(StorageError) -> [Notice]
    {
        let page = query.page
        let order: SQL = page.after == nil ? "DESC" : "ASC"
        let isNewest = Self.isNewest(account, query, kinds)
        let notices = try db.run(
            """
            SELECT n.* FROM notice n WHERE \(fragment: Self.condition(account, query)) AND \(fragment: isNewest)
            ORDER BY n.id \(fragment: order) LIMIT \(page.limit)
            """
        ).decoded(Notice.init(row:))
        return page.after == nil ? notices : notices.reversed()
    }

    /// A group as a whole, with who the newest notices are from; nil when there is nothing in it.
    ///
    /// `sample`: how many accounts are named at most.
    public func group(_ key: NoticeGroup.Key, of account: Account.ID, sample: Int, withHeld: Bool = false)
        throws(StorageError) -> NoticeGroup?
    {
        let condition: SQL = """
            \(fragment: Self.condition(account, Query(withHeld: withHeld))) AND \(fragment: Self.isIn(key))
            """
        let newest = try db.run(
            "SELECT n.* FROM notice n WHERE \(fragment: condition) ORDER BY n.id DESC LIMIT \(sample)"
        ).decoded(Notice.init(row:))
        let numbers = try db.run(
            "SELECT COUNT(*) AS n, COALESCE(MIN(n.id), 0) AS oldest FROM notice n WHERE \(fragment: condition)"
        ).first
        guard let head = newest.first, let numbers else { return nil }
        var seen: Set<Account.ID> = []
        return NoticeGroup(
            key: key,
            newest: head,
            oldest: try numbers["oldest"],
            count: try numbers["n"],
            from: newest.map(\.from).filter { seen.insert($0).inserted }
        )
    }

    /// One notice of an account's.
    public func find(_ id: Notice.ID, of account: Account.ID) throws(StorageError) -> Notice? {
        try db.run("SELECT * FROM notice WHERE id = \(id) AND account_id = \(account)")
            .decoded(Notice.init(row:)).first
    }

    /// How many notices there are, counted up to a limit.
    public func count(of account: Account.ID, _ query: Query, limit: Int) throws(StorageError) -> Int {
        try count(Self.condition(account, query), limit)
    }

    /// How many groups there are, counted up to a limit.
    public func countHeads(
        of account: Account.ID,
        _ query: Query,
        grouping kinds: Set<Notice.Kind>,
        limit: Int
    ) throws(StorageError) -> Int {
        let isNewest = Self.isNewest(account, query, kinds)
        return try count("\(fragment: Self.condition(account, query)) AND \(fragment: isNewest)", limit)
    }

    private func count(_ condition: SQL, _ limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM (SELECT n.id FROM notice n WHERE \(fragment: condition)
                LIMIT \(max(0, limit))) c
            """
        ).count("n")
    }

    /// Removes the notices of a group.
    public func remove(_ key: NoticeGroup.Key, of account: Account.ID) throws(StorageError) {
        try db.run(
            """
            DELETE FROM notice WHERE id IN (
                SELECT n.id FROM notice n WHERE n.account_id = \(account) AND \(fragment: Self.isIn(key)))
            """
        )
    }

    /// Removes all that an account was told, but not what is kept aside.
    public func clear(_ account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM notice WHERE account_id = \(account) AND is_held = 0")
    }

    /// From whom something is kept aside, by account, the newest account first.
    public func held(of account: Account.ID, _ page: HomeTimelineView.Page, from: Account.ID? = nil)
        throws(StorageError) -> [Held]
    {
        let low = max(page.since ?? -1, page.after ?? -1)
        let only: SQL = from.map { "n.from_id = \($0)" } ?? "1 = 1"
        return try db.run(
            """
            SELECT n.from_id AS from_id, COUNT(*) AS n, MIN(n.created_at) AS first, MAX(n.created_at) AS last,
                MAX(n.post_id) AS post_id
            FROM notice n JOIN account a ON a.id = n.from_id
            WHERE n.account_id = \(account) AND n.is_held = 1 AND a.suspended_at IS NULL AND a.gone_at IS NULL
                AND n.from_id < \(page.before ?? .max) AND n.from_id > \(low) AND \(fragment: only)
                AND \(fragment: MuteSQL.tells(column: "n.from_id", account))
            GROUP BY n.from_id ORDER BY n.from_id DESC LIMIT \(page.limit)
            """
        ).decoded { row throws(StorageError) in
            Held(
                from: try row["from_id"],
                count: try row["n"],
                first: try row["first"],
                last: try row["last"],
                post: try row["post_id"]
            )
        }
    }

    /// How many accounts have told something that is kept aside, and how much.
    public func countHeld(of account: Account.ID) throws(StorageError) -> (accounts: Int, notices: Int) {
        let row = try db.run(
            """
            SELECT COUNT(DISTINCT n.from_id) AS accounts, COUNT(*) AS notices FROM notice n
            WHERE n.account_id = \(account) AND n.is_held = 1
            """
        ).first
        guard let row else { return (0, 0) }
        return (try row["accounts"], try row["notices"])
    }

    /// Tells what was kept aside from an account.
    public func release(from: Account.ID, to account: Account.ID) throws(StorageError) {
        try db.run("UPDATE notice SET is_held = 0 WHERE account_id = \(account) AND from_id = \(from)")
    }

    /// Throws away what is kept aside from an account.
    public func removeHeld(from: Account.ID, to account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM notice WHERE account_id = \(account) AND from_id = \(from) AND is_held = 1")
    }

    private static let day: Int64 = 86_400_000

    private static func condition(_ account: Account.ID, _ query: Query) -> SQL {
        let low = max(query.page.since ?? -1, query.page.after ?? -1)
        var condition: SQL = """
            n.account_id = \(account) AND n.id < \(query.page.before ?? .max) AND n.id > \(low)
                AND \(fragment: MuteSQL.tells(column: "n.from_id", account))
            """
        if !query.withHeld { condition = condition + " AND n.is_held = 0" }
        if let kinds = query.kinds {
            condition = condition + " AND n.kind IN (\(list: kinds.map(\.rawValue).sorted()))"
        }
        if !query.without.isEmpty {
            condition = condition + " AND n.kind NOT IN (\(list: query.without.map(\.rawValue).sorted()))"
        }
        if let from = query.from { condition = condition + " AND n.from_id = \(from)" }
        return condition
    }

    /// Whether a notice `n` is the newest of its group.
    private static func isNewest(_ account: Account.ID, _ query: Query, _ kinds: Set<Notice.Kind>) -> SQL {
        let grouped = Notice.groupable.intersection(kinds).map(\.rawValue).sorted()
        guard !grouped.isEmpty else { return "1 = 1" }
        let held: SQL = query.withHeld ? "1 = 1" : "o.is_held = 0"
        return """
            (n.kind NOT IN (\(list: grouped)) OR NOT EXISTS (SELECT 1 FROM notice o
                WHERE o.account_id = \(account) AND o.kind = n.kind AND o.id > n.id
                    AND (o.post_id = n.post_id OR (n.post_id IS NULL AND o.post_id IS NULL
                        AND o.created_at / \(Self.day) = n.created_at / \(Self.day)))
                    AND \(fragment: held) AND \(fragment: MuteSQL.tells(column: "o.from_id", account))))
            """
    }

    private static func isIn(_ key: NoticeGroup.Key) -> SQL {
        switch key {
        case .single(let id): "n.id = \(id)"
        case .post(let kind, let post): "n.kind = \(kind) AND n.post_id = \(post)"
        case .follows(let day):
            "n.kind = \(Notice.Kind.follow) AND n.created_at / \(Self.day) = \(day.number)"
        }
    }
}
