public import Domain

/// The `mute` table.
public struct MuteStore {
    let db: any SQLConnection

    /// Mutes somebody; who is muted already is from now on as it says here.
    public func set(_ mute: Mute) throws(StorageError) {
        try db.run(
            """
            INSERT INTO mute (id, account_id, muted_id, hides_notices, expires_at)
            VALUES (\(mute.id), \(mute.account), \(mute.muted), \(mute.hidesNotices), \(mute.expiresAt))
            ON CONFLICT (account_id, muted_id) DO UPDATE
                SET hides_notices = excluded.hides_notices, expires_at = excluded.expires_at
            """
        )
    }

    /// Ends a mute.
    public func remove(of muted: Account.ID, by account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM mute WHERE account_id = \(account) AND muted_id = \(muted)")
    }

    /// Ends at most so many mutes whose time is over.
    ///
    /// - Returns: how many.
    public func removeExpired(now: Timestamp, limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM mute WHERE id IN (
                SELECT id FROM mute WHERE expires_at IS NOT NULL AND expires_at <= \(now) LIMIT \(limit))
            RETURNING id
            """
        ).count
    }

    /// The mute between two accounts.
    public func find(of muted: Account.ID, by account: Account.ID) throws(StorageError) -> Mute? {
        try db.run("SELECT * FROM mute WHERE account_id = \(account) AND muted_id = \(muted)")
            .decoded(Mute.init(row:)).first
    }

    /// A page of an account's mutes, newest first.
    public func page(of account: Account.ID, before: Mute.ID? = nil, limit: Int) throws(StorageError)
        -> [Mute]
    {
        let end = before ?? Mute.ID(rawValue: .max)
        return try db.run(
            "SELECT * FROM mute WHERE account_id = \(account) AND id < \(end) ORDER BY id DESC LIMIT \(limit)"
        ).decoded(Mute.init(row:))
    }
}

extension SQLConnection {
    /// The `mute` table.
    public var mutes: MuteStore { MuteStore(db: self) }
}

extension Mute {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            muted: try row["muted_id"],
            hidesNotices: try row["hides_notices"],
            expiresAt: try row["expires_at"]
        )
    }
}
