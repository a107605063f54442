public import Domain

/// The `block` table.
public struct BlockStore {
    let db: any SQLConnection

    /// Adds a block and ends what stood between the two: follows, timeline entries and notices, both ways.
    ///
    /// - Returns: false, with nothing changed, when the one blocks the other already or the URI is taken.
    @discardableResult
    public func insert(_ block: Block) throws(StorageError) -> Bool {
        let added = try db.run(
            """
            INSERT INTO block (id, blocker_id, blocked_id, uri, created_at)
            VALUES (\(block.id), \(block.blocker), \(block.blocked), \(block.uri), \(block.createdAt))
            ON CONFLICT DO NOTHING RETURNING id
            """
        )
        guard !added.isEmpty else { return false }
        try part(block.blocker, block.blocked)
        try part(block.blocked, block.blocker)
        return true
    }

    private func part(_ one: Account.ID, _ other: Account.ID) throws(StorageError) {
        if let follow = try db.follows.find(follower: one, followed: other) {
            try db.follows.remove(follow.id)
        }
        try db.timelines.removeAll(author: other, from: one)
        try db.notices.removeAll(to: one, from: other)
        try db.remarks.removeEndorsement(of: other, by: one)
    }

    /// The block of one account by another.
    public func find(blocker: Account.ID, blocked: Account.ID) throws(StorageError) -> Block? {
        try db.run("SELECT * FROM block WHERE blocker_id = \(blocker) AND blocked_id = \(blocked)")
            .decoded(Block.init(row:)).first
    }

    /// The block that a Block activity's URI names.
    public func find(uri: URI) throws(StorageError) -> Block? {
        try db.run("SELECT * FROM block WHERE uri = \(uri)").decoded(Block.init(row:)).first
    }

    /// Whether one of the two blocks the other.
    public func stands(between one: Account.ID, and other: Account.ID) throws(StorageError) -> Bool {
        if try find(blocker: one, blocked: other) != nil { return true }
        return try find(blocker: other, blocked: one) != nil
    }

    /// Those of some accounts between whom and an account a block stands, whoever of the two made it.
    public func parted(from account: Account.ID, among others: some Collection<Account.ID>)
        throws(StorageError) -> Set<Account.ID>
    {
        guard !others.isEmpty else { return [] }
        let list = Array(others)
        let rows = try db.run(
            """
            SELECT blocked_id AS other FROM block WHERE blocker_id = \(account) AND blocked_id IN (\(list: list))
            UNION SELECT blocker_id AS other FROM block WHERE blocked_id = \(account) AND blocker_id IN (\(list: list))
            """
        )
        return Set(try rows.decoded { row throws(StorageError) in try row["other"] })
    }

    /// Leaves out of some accounts those between whom and an account a block stands; nobody's leave out none.
    public func withoutParted(_ accounts: [Account], from account: Account.ID?) throws(StorageError)
        -> [Account]
    {
        guard let account else { return accounts }
        let parted = try parted(from: account, among: accounts.map(\.id))
        return accounts.filter { !parted.contains($0.id) }
    }

    /// The local accounts that block an account, in the order of their ids; at most so many.
    public func localBlockers(of blocked: Account.ID, limit: Int) throws(StorageError) -> [Account.ID] {
        try db.run(
            """
            SELECT b.blocker_id AS id FROM block b JOIN account a ON a.id = b.blocker_id
            WHERE b.blocked_id = \(blocked) AND a.school_id IS NOT NULL ORDER BY b.blocker_id LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in try row["id"] }
    }

    /// Removes a block; what it ended stays ended.
    public func remove(_ id: Block.ID) throws(StorageError) {
        try db.run("DELETE FROM block WHERE id = \(id)")
    }

    /// A page of the blocks that an account has made, newest first.
    public func page(of blocker: Account.ID, before: Block.ID?, limit: Int) throws(StorageError) -> [Block] {
        let end = before ?? Block.ID(rawValue: .max)
        return try db.run(
            "SELECT * FROM block WHERE blocker_id = \(blocker) AND id < \(end) ORDER BY id DESC LIMIT \(limit)"
        ).decoded(Block.init(row:))
    }
}

extension SQLConnection {
    /// The `block` table.
    public var blocks: BlockStore { BlockStore(db: self) }
}

extension Block {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            blocker: try row["blocker_id"],
            blocked: try row["blocked_id"],
            uri: try row["uri"],
            createdAt: try row["created_at"]
        )
    }
}
