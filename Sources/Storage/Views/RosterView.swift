public import Domain

/// The roster: accounts as those who look after them list them.
public struct RosterView {
    let db: any SQLConnection

    /// One account with what it may do.
    public struct Line: Sendable {
        /// The account.
        public let account: Account
        /// What it may do; nil for an account of another server.
        public let role: Role?

        /// Puts a line together.
        public init(account: Account, role: Role?) {
            self.account = account
            self.role = role
        }
    }

    /// How an account stands.
    public enum Standing: String, Sendable, CaseIterable {
        /// Neither limited nor suspended.
        case active
        /// Limited, and not suspended.
        case limited
        /// Suspended.
        case suspended
    }

    /// Which accounts are asked for.
    public struct Query: Sendable {
        /// Accounts of these schools.
        public var schools: [School.ID]
        /// Whether accounts of other servers are asked for too.
        public var includesRemote: Bool
        /// Whether accounts of other servers are all that is asked for.
        public var isRemoteOnly = false
        /// How they stand; nil: in any way.
        public var standing: Standing?
        /// Only those with one of these roles; empty: any.
        public var roles: [Role]
        /// What the name or the shown name has in it, in any case of ASCII.
        public var text: String
        /// Only accounts of one server.
        public var host: Host?
        /// Only those before this one.
        public var before: Account.ID?
        /// At most so many.
        public var limit: Int

        /// Asks for the accounts of some schools; the limit is clamped to 1...200.
        public init(
            schools: [School.ID],
            includesRemote: Bool = false,
            before: Account.ID? = nil,
            limit: Int = 40
        ) {
            self.schools = schools
            self.includesRemote = includesRemote
            standing = nil
            roles = []
            text = ""
            host = nil
            self.before = before
            self.limit = min(max(limit, 1), 200)
        }
    }

    /// Accounts, the newest first; schools' own actors and those that are gone are left out.
    public func page(_ query: Query) throws(StorageError) -> [Line] {
        let end = query.before ?? Account.ID(rawValue: .max)
        return try db.run(
            """
            SELECT a.*, m.role AS role FROM account a LEFT JOIN member m ON m.account_id = a.id
            WHERE a.kind <> 'Application' AND a.gone_at IS NULL AND a.id < \(end)
                AND \(fragment: Self.condition(query))
            ORDER BY a.id DESC LIMIT \(query.limit)
            """
        ).decoded(Self.line)
    }

    /// One account, as `page` has it.
    public func find(_ id: Account.ID) throws(StorageError) -> Line? {
        try db.run(
            """
            SELECT a.*, m.role AS role FROM account a LEFT JOIN member m ON m.account_id = a.id
            WHERE a.id = \(id) AND a.kind <> 'Application' AND a.gone_at IS NULL
            """
        ).decoded(Self.line).first
    }

    private static func line(_ row: SQLRow) throws(StorageError) -> Line {
        let account = try Account(row: row)
        let role: Role? = try row["role"]
        return Line(account: account, role: account.isLocal ? role ?? .member : nil)
    }

    private static func condition(_ query: Query) -> SQL {
        let own: SQL = "a.school_id IN (\(list: query.schools))"
        var condition: SQL =
            query.includesRemote ? "(\(fragment: own) OR a.school_id IS NULL)" : own
        if query.isRemoteOnly { condition = condition + " AND a.school_id IS NULL" }
        switch query.standing {
        case nil: break
        case .active: condition = condition + " AND a.suspended_at IS NULL AND a.limited_at IS NULL"
        case .limited: condition = condition + " AND a.suspended_at IS NULL AND a.limited_at IS NOT NULL"
        case .suspended: condition = condition + " AND a.suspended_at IS NOT NULL"
        }
        if !query.roles.isEmpty { condition = condition + " AND m.role IN (\(list: query.roles))" }
        if let host = query.host { condition = condition + " AND a.host = \(host)" }
        if !query.text.isEmpty {
            let pattern = LikePattern.containing(query.text)
            condition =
                condition
                + " AND (LOWER(a.name) LIKE \(pattern) ESCAPE '!' OR LOWER(a.display_name) LIKE \(pattern) ESCAPE '!')"
        }
        return condition
    }
}

extension SQLConnection {
    /// Accounts for those who look after them.
    public var roster: RosterView { RosterView(db: self) }
}
