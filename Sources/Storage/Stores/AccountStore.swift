public import Domain

/// The `account` table: our own accounts and what we know of peers' accounts.
public struct AccountStore {
    let db: any SQLConnection

    /// Adds an account, ours or a peer's.
    ///
    /// - Throws: `StorageError.constraint` when its URI or its handle is taken.
    public func insert(_ account: Account) throws(StorageError) {
        let ends = account.endpoints
        try db.run(
            """
            INSERT INTO account (id, school_id, uri, host, handle_host, name, kind, display_name, summary, avatar,
                header, page, inbox, shared_inbox, outbox, followers, following, featured, approves_followers,
                limited_at, suspended_at, gone_at, fetched_at, created_at)
            VALUES (\(account.id), \(account.school), \(account.uri), \(account.host),
                \(account.handle.host), \(account.handle.name), \(account.kind), \(account.displayName), \(account.summary),
                \(account.avatar), \(account.header), \(account.page), \(ends.inbox), \(ends.sharedInbox),
                \(ends.outbox), \(ends.followers), \(ends.following), \(ends.featured),
                \(account.approvesFollowers), \(account.limitedAt), \(account.suspendedAt),
                \(account.goneAt), \(account.fetchedAt), \(account.createdAt))
            """
        )
        try db.search.add(account)
    }

    /// Writes everything that an actor document says; id, URI, school and suspension stay.
    ///
    /// A tombstone is not filled again: nothing is written there.
    public func update(_ account: Account) throws(StorageError) {
        let ends = account.endpoints
        let changed = try db.run(
            """
            UPDATE account SET handle_host = \(account.handle.host), name = \(account.handle.name), kind = \(account.kind),
                display_name = \(account.displayName), summary = \(account.summary),
                avatar = \(account.avatar), header = \(account.header), page = \(account.page),
                inbox = \(ends.inbox), shared_inbox = \(ends.sharedInbox), outbox = \(ends.outbox),
                followers = \(ends.followers), following = \(ends.following), featured = \(ends.featured),
                approves_followers = \(account.approvesFollowers), fetched_at = \(account.fetchedAt)
            WHERE id = \(account.id) AND gone_at IS NULL RETURNING id
            """
        )
        if !changed.isEmpty { try db.search.replace(account) }
    }

    /// Holds an account's row until the transaction ends: what others do for the same account comes one after the other.
    ///
    /// - Returns: false when there is no such account.
    public func lock(_ id: Account.ID) throws(StorageError) -> Bool {
        try !db.run("UPDATE account SET created_at = created_at WHERE id = \(id) RETURNING id").isEmpty
    }

    /// The account with an id.
    public func find(_ id: Account.ID) throws(StorageError) -> Account? {
        try db.run("SELECT * FROM account WHERE id = \(id)").decoded(Account.init(row:)).first
    }

    /// The account whose actor has this URI.
    public func find(uri: URI) throws(StorageError) -> Account? {
        try db.run("SELECT * FROM account WHERE uri = \(uri)").decoded(Account.init(row:)).first
    }

    /// The account that has this handle now; never a tombstone.
    public func find(_ handle: Handle) throws(StorageError) -> Account? {
        try db.run(
            "SELECT * FROM account WHERE handle_host = \(handle.host) AND name = \(handle.name) AND gone_at IS NULL"
        ).decoded(Account.init(row:)).first
    }

    /// The accounts with these ids, in no order; unknown ids are left out.
    public func find(_ ids: some Collection<Account.ID>) throws(StorageError) -> [Account.ID: Account] {
        guard !ids.isEmpty else { return [:] }
        let rows = try db.run("SELECT * FROM account WHERE id IN (\(list: Array(ids)))")
        return Dictionary(try rows.decoded(Account.init(row:)).map { ($0.id, $0) }) { first, _ in first }
    }

    /// The accounts with these URIs, in no order; unknown ones are left out.
    public func find(uris: some Collection<URI>) throws(StorageError) -> [Account] {
        guard !uris.isEmpty else { return [] }
        return try db.run("SELECT * FROM account WHERE uri IN (\(list: Array(uris)))").decoded(
            Account.init(row:)
        )
    }

    /// A school's accounts by name, tombstones left out.
    public func list(of school: School.ID) throws(StorageError) -> [Account] {
        try db.run("SELECT * FROM account WHERE school_id = \(school) AND gone_at IS NULL ORDER BY name")
            .decoded(Account.init(row:))
    }

    /// How many people have an account at a school, for NodeInfo.
    public func countPeople(of school: School.ID) throws(StorageError) -> Int {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM account
            WHERE school_id = \(school) AND kind = 'Person' AND gone_at IS NULL AND suspended_at IS NULL
            """
        ).count("n")
    }

    /// Suspends an account, or lifts that with nil.
    public func setSuspended(_ id: Account.ID, at time: Timestamp?) throws(StorageError) {
        try db.run("UPDATE account SET suspended_at = \(time) WHERE id = \(id)")
    }

    /// Limits an account, or lifts that with nil.
    public func setLimited(_ id: Account.ID, at time: Timestamp?) throws(StorageError) {
        try db.run("UPDATE account SET limited_at = \(time) WHERE id = \(id)")
    }

    /// Gives an account of ours another handle, and a page by that name; its id and URI stay.
    ///
    /// - Throws: `StorageError.constraint` when the handle is taken.
    public func rename(_ account: Account) throws(StorageError) {
        try db.run(
            """
            UPDATE account SET name = \(account.handle.name), page = \(account.page)
            WHERE id = \(account.id) AND gone_at IS NULL
            """
        )
        try db.search.replace(account)
    }

    /// Marks an account as gone: the row stays as a tombstone, which no longer holds its handle; that of one of ours is
    /// kept from others by `FormerHandleStore`.
    public func setGone(_ id: Account.ID, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            UPDATE account SET gone_at = \(time), summary = '', display_name = '', avatar = NULL, header = NULL
            WHERE id = \(id)
            """
        )
        try db.search.remove(id)
    }

    /// Forgets an inbox that its host says is gone for ever: a shared one is not used any more, and whoever has it
    /// as their own follows nobody here any more.
    ///
    /// Spec: RFC 9110, section 15.5.11.
    public func forgetInbox(_ inbox: URI) throws(StorageError) {
        try db.run(
            "UPDATE account SET shared_inbox = NULL WHERE host = \(inbox.host) AND shared_inbox = \(inbox)"
        )
        try db.run(
            """
            DELETE FROM follow WHERE follower_id IN (
                SELECT id FROM account WHERE host = \(inbox.host) AND inbox = \(inbox) AND school_id IS NULL)
            """
        )
    }

    /// Frees a handle that now belongs to another actor: the old holder keeps its row under its own id as name.
    public func releaseHandle(of id: Account.ID) throws(StorageError) {
        try db.run("UPDATE account SET name = \(id.description), handle_host = host WHERE id = \(id)")
    }
}

extension SQLConnection {
    /// The `account` table.
    public var accounts: AccountStore { AccountStore(db: self) }
}

extension [SQLRow] {
    /// The single number of a counting query.
    func count(_ column: String) throws(StorageError) -> Int {
        guard let row = first else { return 0 }
        return try row[column]
    }
}

extension Account {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            school: try row["school_id"],
            uri: try row["uri"],
            handle: Handle(storedName: try row["name"], host: try row["handle_host"]),
            kind: try row["kind"],
            displayName: try row["display_name"],
            summary: try row["summary"],
            avatar: try row["avatar"],
            header: try row["header"],
            page: try row["page"],
            endpoints: Endpoints(
                inbox: try row["inbox"],
                sharedInbox: try row["shared_inbox"],
                outbox: try row["outbox"],
                followers: try row["followers"],
                following: try row["following"],
                featured: try row["featured"]
            ),
            approvesFollowers: try row["approves_followers"],
            limitedAt: try row["limited_at"],
            suspendedAt: try row["suspended_at"],
            goneAt: try row["gone_at"],
            fetchedAt: try row["fetched_at"],
            createdAt: try row["created_at"]
        )
    }
}
