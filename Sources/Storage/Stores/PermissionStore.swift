public import Domain

/// The tables `permission` and `refresh_token`: what people allow apps, and how apps get new tokens for it.
public struct PermissionStore {
    let db: any SQLConnection

    /// Adds a permission whose code has not been used.
    public func insert(_ permission: Permission) throws(StorageError) {
        try db.run(
            """
            INSERT INTO permission (id, app_id, account_id, scopes, code_hash, redirect_uri, challenge, created_at,
                code_expires_at)
            VALUES (\(permission.id), \(permission.app), \(permission.account), \(permission.scopes),
                \(permission.codeHash), \(permission.redirectURI), \(permission.challenge), \(permission.createdAt),
                \(permission.codeExpiresAt))
            """
        )
    }

    /// A permission.
    public func find(_ id: Permission.ID) throws(StorageError) -> Permission? {
        try db.run("SELECT * FROM permission WHERE id = \(id)").decoded(Permission.init(row:)).first
    }

    /// The permission with a code, used or not.
    public func find(code hash: String) throws(StorageError) -> Permission? {
        try db.run("SELECT * FROM permission WHERE code_hash = \(hash)").decoded(Permission.init(row:)).first
    }

    /// What an account allows apps at present, the newest first; at most 200.
    public func find(of account: Account.ID) throws(StorageError) -> [Permission] {
        try db.run(
            """
            SELECT * FROM permission WHERE account_id = \(account) AND redeemed_at IS NOT NULL
            ORDER BY id DESC LIMIT 200
            """
        ).decoded(Permission.init(row:))
    }

    /// Marks a code as used.
    ///
    /// - Returns: false when it was used before, even by another request at the same time.
    public func redeem(_ id: Permission.ID, at time: Timestamp) throws(StorageError) -> Bool {
        try !db.run(
            "UPDATE permission SET redeemed_at = \(time) WHERE id = \(id) AND redeemed_at IS NULL RETURNING id"
        ).isEmpty
    }

    /// Notes when a permission was used.
    public func setUsed(_ id: Permission.ID, at time: Timestamp) throws(StorageError) {
        try db.run("UPDATE permission SET used_at = \(time) WHERE id = \(id)")
    }

    /// Ends a permission with all its tokens.
    public func remove(_ id: Permission.ID) throws(StorageError) {
        try db.accessTokens.removeAll(of: id)
        try db.run("DELETE FROM refresh_token WHERE permission_id = \(id)")
        try db.run("DELETE FROM permission WHERE id = \(id)")
    }

    /// Ends everything that an account has allowed; its access tokens are gone already.
    func removeAll(of account: Account.ID) throws(StorageError) {
        try db.run(
            """
            DELETE FROM refresh_token WHERE permission_id IN (
                SELECT id FROM permission WHERE account_id = \(account))
            """
        )
        try db.run("DELETE FROM permission WHERE account_id = \(account)")
    }

    /// Removes what was allowed with codes that ran out unused; at most so many.
    ///
    /// - Returns: how many were removed.
    public func removeUnredeemed(before time: Timestamp, limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM permission WHERE id IN (
                SELECT id FROM permission WHERE redeemed_at IS NULL AND code_expires_at < \(time)
                ORDER BY code_expires_at LIMIT \(limit)) AND redeemed_at IS NULL RETURNING id
            """
        ).count
    }

    /// Adds a refresh token by its hash.
    public func insertRefresh(_ hash: String, _ permission: Permission.ID, at time: Timestamp)
        throws(StorageError)
    {
        try db.run(
            """
            INSERT INTO refresh_token (token_hash, permission_id, created_at)
            VALUES (\(hash), \(permission), \(time))
            """
        )
    }

    /// Which permission a refresh token renews, and whether it has been spent.
    public func findRefresh(_ hash: String) throws(StorageError) -> (Permission.ID, isSpent: Bool)? {
        let rows = try db.run("SELECT permission_id, spent_at FROM refresh_token WHERE token_hash = \(hash)")
        guard let row = rows.first else { return nil }
        let spentAt: Timestamp? = try row["spent_at"]
        return (try row["permission_id"], spentAt != nil)
    }

    /// Spends a refresh token and takes back the access tokens that came before.
    ///
    /// - Returns: false when it was spent before, even by another request at the same time.
    public func spendRefresh(_ hash: String, of permission: Permission.ID, at time: Timestamp)
        throws(StorageError)
        -> Bool
    {
        let spent = try db.run(
            "UPDATE refresh_token SET spent_at = \(time) WHERE token_hash = \(hash) AND spent_at IS NULL RETURNING token_hash"
        )
        guard !spent.isEmpty else { return false }
        try db.accessTokens.removeAll(of: permission)
        return true
    }

    /// Forgets refresh tokens that were spent before a time; at most so many.
    ///
    /// - Returns: how many were removed.
    public func removeSpent(before time: Timestamp, limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM refresh_token WHERE token_hash IN (
                SELECT token_hash FROM refresh_token WHERE spent_at < \(time) ORDER BY spent_at LIMIT \(limit))
            RETURNING token_hash
            """
        ).count
    }
}

extension SQLConnection {
    /// The tables `permission` and `refresh_token`.
    public var permissions: PermissionStore { PermissionStore(db: self) }
}

extension Permission {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            app: try row["app_id"],
            account: try row["account_id"],
            scopes: try row["scopes"],
            codeHash: try row["code_hash"],
            redirectURI: try row["redirect_uri"],
            challenge: try row["challenge"],
            createdAt: try row["created_at"],
            codeExpiresAt: try row["code_expires_at"],
            redeemedAt: try row["redeemed_at"],
            usedAt: try row["used_at"]
        )
    }
}
