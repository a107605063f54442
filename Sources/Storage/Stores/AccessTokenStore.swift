public import Domain

/// A bearer token of the client API; stored as a hash only.
public struct AccessToken: Sendable, Hashable {
    /// SHA-256 of the token, in hexadecimal.
    public let tokenHash: String
    /// Who acts with it; nil when the app itself does.
    public let account: Account.ID?
    /// Which app has it; nil for one that an admin has made.
    public let app: ClientApp.ID?
    /// What it comes from, and ends with.
    public let permission: Permission.ID?
    /// What it allows, such as `read write:statuses`.
    public let scopes: String
    /// When it was made.
    public let createdAt: Timestamp

    /// Puts a token together.
    public init(
        tokenHash: String,
        account: Account.ID?,
        app: ClientApp.ID? = nil,
        permission: Permission.ID? = nil,
        scopes: String,
        createdAt: Timestamp
    ) {
        self.tokenHash = tokenHash
        self.account = account
        self.app = app
        self.permission = permission
        self.scopes = scopes
        self.createdAt = createdAt
    }
}

/// The `access_token` table.
public struct AccessTokenStore {
    let db: any SQLConnection

    /// Adds a token.
    public func insert(_ token: AccessToken) throws(StorageError) {
        try db.run(
            """
            INSERT INTO access_token (token_hash, account_id, app_id, permission_id, scopes, created_at)
            VALUES (\(token.tokenHash), \(token.account), \(token.app), \(token.permission), \(token.scopes),
                \(token.createdAt))
            """
        )
    }

    /// The token with a hash.
    public func find(_ tokenHash: String) throws(StorageError) -> AccessToken? {
        try db.run("SELECT * FROM access_token WHERE token_hash = \(tokenHash)")
            .decoded(AccessToken.init(row:)).first
    }

    /// Which of some tokens are there, and belong to accounts that can act.
    public func standing(_ hashes: Set<String>) throws(StorageError) -> Set<String> {
        var standing: Set<String> = []
        var rest = hashes.sorted()[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(1_000))
            rest = rest.dropFirst(some.count)
            for row in try db.run(
                """
                SELECT t.token_hash AS hash FROM access_token t JOIN account a ON a.id = t.account_id
                WHERE t.token_hash IN (\(list: some)) AND a.suspended_at IS NULL AND a.gone_at IS NULL
                """
            ) {
                standing.insert(try row["hash"])
            }
        }
        return standing
    }

    /// The tokens of an account that came from no app, the newest first; at most 100.
    public func findWithoutApp(of account: Account.ID) throws(StorageError) -> [AccessToken] {
        try db.run(
            """
            SELECT * FROM access_token WHERE account_id = \(account) AND app_id IS NULL
            ORDER BY created_at DESC, token_hash LIMIT 100
            """
        ).decoded(AccessToken.init(row:))
    }

    /// Takes back one token.
    public func remove(_ tokenHash: String) throws(StorageError) {
        try db.run("DELETE FROM access_token WHERE token_hash = \(tokenHash)")
    }

    /// Takes back one token of an account; another's stays.
    public func remove(_ tokenHash: String, of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM access_token WHERE token_hash = \(tokenHash) AND account_id = \(account)")
    }

    /// Takes back all tokens of a permission but not the permission.
    func removeAll(of permission: Permission.ID) throws(StorageError) {
        try db.run("DELETE FROM access_token WHERE permission_id = \(permission)")
    }

    /// Takes back the tokens that an app has for itself but the newest.
    public func removeOwn(of app: ClientApp.ID, keeping count: Int) throws(StorageError) {
        try db.run(
            """
            DELETE FROM access_token WHERE app_id = \(app) AND account_id IS NULL AND token_hash NOT IN (
                SELECT token_hash FROM access_token WHERE app_id = \(app) AND account_id IS NULL
                ORDER BY created_at DESC, token_hash LIMIT \(count))
            """
        )
    }

    /// Takes back all tokens of an account, and what it has allowed apps.
    public func removeAll(of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM access_token WHERE account_id = \(account)")
        try db.permissions.removeAll(of: account)
    }
}

extension SQLConnection {
    /// The `access_token` table.
    public var accessTokens: AccessTokenStore { AccessTokenStore(db: self) }
}

extension AccessToken {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            tokenHash: try row["token_hash"],
            account: try row["account_id"],
            app: try row["app_id"],
            permission: try row["permission_id"],
            scopes: try row["scopes"],
            createdAt: try row["created_at"]
        )
    }
}
