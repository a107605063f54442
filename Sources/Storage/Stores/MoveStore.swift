public import Domain

/// The tables `move` and `account_alias`.
///
/// Those who follow an account that moves may be many and are taken along in batches, so that other writers come
/// between. A crash in the middle loses nothing: the row says how far it was.
public struct MoveStore {
    let db: any SQLConnection

    /// The last move of an account, also one that was taken back.
    public func find(_ account: Account.ID) throws(StorageError) -> Move? {
        try db.run("SELECT * FROM move WHERE account_id = \(account)").decoded(Move.init(row:)).first
    }

    /// The account that an account has moved to, when it still stands.
    public func target(of account: Account.ID) throws(StorageError) -> Account? {
        try db.run(
            """
            SELECT a.* FROM move m JOIN account a ON a.id = m.target_id
            WHERE m.account_id = \(account) AND a.gone_at IS NULL AND a.suspended_at IS NULL
            """
        ).decoded(Account.init(row:)).first
    }

    /// Notes that an account moves now; the target, if it had moved itself, is where somebody lives again.
    ///
    /// - Returns: false, with nothing changed, when the account or the target has moved within the cool-down.
    public func begin(_ move: Move) throws(StorageError) -> Bool {
        guard let target = move.target, target != move.account else { return false }
        let limit = move.movedAt - Move.coolDown
        if let last = try find(target), last.target != nil, last.movedAt > limit { return false }
        let begun = try db.run(
            """
            INSERT INTO move (account_id, target_id, moved_at, last_follow_id)
            VALUES (\(move.account), \(target), \(move.movedAt), 0)
            ON CONFLICT (account_id) DO UPDATE SET target_id = excluded.target_id, moved_at = excluded.moved_at,
                last_follow_id = 0
            WHERE move.moved_at <= \(limit) RETURNING account_id
            """
        )
        guard !begun.isEmpty else { return false }
        try takeBack(target)
        return true
    }

    /// Ends a move: the account is where somebody lives again.
    ///
    /// Who was taken along stays there, and the cool-down runs on.
    public func takeBack(_ account: Account.ID) throws(StorageError) {
        try db.run("UPDATE move SET target_id = NULL, last_follow_id = NULL WHERE account_id = \(account)")
    }

    /// A move of which followers are still to be taken along, and the last that was looked at.
    public func open() throws(StorageError) -> (move: Move, last: Follow.ID)? {
        let rows = try db.run(
            "SELECT * FROM move WHERE last_follow_id IS NOT NULL ORDER BY account_id LIMIT 1"
        )
        guard let row = rows.first else { return nil }
        return (try Move(row: row), try row["last_follow_id"])
    }

    /// Notes how far an account's followers were taken along; nil: all were.
    public func proceed(_ account: Account.ID, to last: Follow.ID?) throws(StorageError) {
        try db.run("UPDATE move SET last_follow_id = \(last) WHERE account_id = \(account)")
    }

    /// Removes what an account that is gone said of itself, and ends the moves to it.
    func removeAll(of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM account_alias WHERE account_id = \(account)")
        try db.run("DELETE FROM move WHERE account_id = \(account)")
        try db.run(
            "UPDATE move SET target_id = NULL, last_follow_id = NULL WHERE target_id = \(account)"
        )
    }

    /// Adds an actor to those that a local account says are the same person's.
    public func addAlias(_ uri: URI, to account: Account.ID) throws(StorageError) {
        try db.run(
            "INSERT INTO account_alias (account_id, uri) VALUES (\(account), \(uri)) ON CONFLICT DO NOTHING"
        )
    }

    /// Takes an actor out of them.
    public func removeAlias(_ uri: URI, of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM account_alias WHERE account_id = \(account) AND uri = \(uri)")
    }

    /// The actors that a local account says are the same person's.
    public func aliases(of account: Account.ID) throws(StorageError) -> [URI] {
        try db.run("SELECT uri FROM account_alias WHERE account_id = \(account) ORDER BY uri")
            .decoded { row throws(StorageError) in try row["uri"] }
    }

    /// What a local account's document says of it.
    public func whereabouts(of account: Account.ID) throws(StorageError) -> Whereabouts {
        Whereabouts(aliases: try aliases(of: account), movedTo: try target(of: account)?.uri)
    }
}

extension SQLConnection {
    /// The tables `move` and `account_alias`.
    public var moves: MoveStore { MoveStore(db: self) }
}

extension Move {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            account: try row["account_id"],
            target: try row["target_id"],
            movedAt: try row["moved_at"]
        )
    }
}
