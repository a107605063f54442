public import Domain

/// The `former_handle` table: handles that accounts of ours had before they were renamed or deleted.
///
/// None is ever given to another account: whoever knows it would take the one for the other. An account that is
/// renamed may have its own back.
public struct FormerHandleStore {
    let db: any SQLConnection

    /// Notes that an account has given a handle up.
    public func add(_ handle: Handle, of account: Account.ID, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO former_handle (host, name, account_id, given_up_at)
            VALUES (\(handle.host), \(handle.name), \(account), \(time))
            ON CONFLICT (host, name) DO NOTHING
            """
        )
    }

    /// Gives an account a handle back.
    public func remove(_ handle: Handle, of account: Account.ID) throws(StorageError) {
        try db.run(
            """
            DELETE FROM former_handle
            WHERE host = \(handle.host) AND name = \(handle.name) AND account_id = \(account)
            """
        )
    }

    /// Which account had the handle; a tombstone too.
    public func holder(of handle: Handle) throws(StorageError) -> Account.ID? {
        let rows = try db.run(
            "SELECT account_id FROM former_handle WHERE host = \(handle.host) AND name = \(handle.name)"
        )
        return try rows.first?["account_id"]
    }

    /// The account that had the handle and has another now; nil when it is gone, or gave the handle up before `start`.
    public func account(_ handle: Handle, since start: Timestamp = Timestamp(milliseconds: 0))
        throws(StorageError) -> Account?
    {
        try db.run(
            """
            SELECT a.* FROM former_handle f JOIN account a ON a.id = f.account_id
            WHERE f.host = \(handle.host) AND f.name = \(handle.name) AND f.given_up_at >= \(start)
                AND a.gone_at IS NULL
            """
        ).decoded(Account.init(row:)).first
    }

    /// The handles that an account had, the latest first, and when it gave each up.
    public func list(of account: Account.ID) throws(StorageError) -> [(handle: Handle, givenUpAt: Timestamp)]
    {
        try db.run(
            "SELECT * FROM former_handle WHERE account_id = \(account) ORDER BY given_up_at DESC, name"
        ).decoded { row throws(StorageError) in
            (Handle(storedName: try row["name"], host: try row["host"]), try row["given_up_at"])
        }
    }
}

extension SQLConnection {
    /// The `former_handle` table.
    public var formerHandles: FormerHandleStore { FormerHandleStore(db: self) }
}
