public import Domain

/// The `account_list` and `account_list_member` tables.
public struct AccountListStore {
    let db: any SQLConnection

    /// Adds a list.
    public func insert(_ list: AccountList) throws(StorageError) {
        try db.run(
            """
            INSERT INTO account_list (id, account_id, title, replies, is_exclusive)
            VALUES (\(list.id), \(list.account), \(list.title), \(list.replies), \(list.isExclusive))
            """
        )
    }

    /// Writes a list's name, which answers it has and whether it is exclusive.
    public func update(_ list: AccountList) throws(StorageError) {
        try db.run(
            """
            UPDATE account_list SET title = \(list.title), replies = \(list.replies), is_exclusive = \(list.isExclusive)
            WHERE id = \(list.id)
            """
        )
    }

    /// Removes a list.
    public func remove(_ id: AccountList.ID) throws(StorageError) {
        try db.run("DELETE FROM account_list_member WHERE list_id = \(id)")
        try db.run("DELETE FROM account_list WHERE id = \(id)")
    }

    /// An account's list; nobody else's.
    public func find(_ id: AccountList.ID, of account: Account.ID) throws(StorageError) -> AccountList? {
        try db.run("SELECT * FROM account_list WHERE id = \(id) AND account_id = \(account)")
            .decoded(AccountList.init(row:)).first
    }

    /// All lists of an account, the oldest first.
    public func all(of account: Account.ID) throws(StorageError) -> [AccountList] {
        try db.run("SELECT * FROM account_list WHERE account_id = \(account) ORDER BY id")
            .decoded(AccountList.init(row:))
    }

    /// An account's lists that have somebody as a member.
    public func all(of account: Account.ID, with member: Account.ID) throws(StorageError) -> [AccountList] {
        try db.run(
            """
            SELECT l.* FROM account_list_member m JOIN account_list l ON l.id = m.list_id
            WHERE m.member_id = \(member) AND l.account_id = \(account) ORDER BY l.id
            """
        ).decoded(AccountList.init(row:))
    }

    /// Adds somebody to a list.
    ///
    /// - Returns: false, with nothing changed, when they are in it already.
    public func add(_ member: Account.ID, to list: AccountList.ID) throws(StorageError) -> Bool {
        try !db.run(
            """
            INSERT INTO account_list_member (list_id, member_id) VALUES (\(list), \(member))
            ON CONFLICT DO NOTHING RETURNING list_id
            """
        ).isEmpty
    }

    /// Takes somebody out of a list.
    public func remove(_ member: Account.ID, from list: AccountList.ID) throws(StorageError) {
        try db.run("DELETE FROM account_list_member WHERE list_id = \(list) AND member_id = \(member)")
    }

    /// Takes somebody out of all lists of an account; when the account follows them no more.
    func remove(_ member: Account.ID, fromAllOf account: Account.ID) throws(StorageError) {
        try db.run(
            """
            DELETE FROM account_list_member WHERE member_id = \(member)
                AND list_id IN (SELECT id FROM account_list WHERE account_id = \(account))
            """
        )
    }

    /// How many members a list has.
    public func countMembers(of list: AccountList.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM account_list_member WHERE list_id = \(list)").count("n")
    }

    /// A page of a list's members, by id, the newest account first; without those who are suspended or gone.
    public func members(of list: AccountList.ID, before: Account.ID? = nil, limit: Int? = nil)
        throws(StorageError) -> [Account]
    {
        try db.run(
            """
            SELECT a.* FROM account_list_member m JOIN account a ON a.id = m.member_id
            WHERE m.list_id = \(list) AND a.id < \(before ?? Account.ID(rawValue: .max))
                AND a.suspended_at IS NULL AND a.gone_at IS NULL
            ORDER BY a.id DESC LIMIT \(limit ?? 10_000)
            """
        ).decoded(Account.init(row:))
    }
}

extension AccountList.RepliesPolicy: StoredWord {}

extension SQLConnection {
    /// The tables of lists.
    public var accountLists: AccountListStore { AccountListStore(db: self) }
}

extension AccountList {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            title: try row["title"],
            replies: try row["replies"],
            isExclusive: try row["is_exclusive"]
        )
    }
}
