public import Domain

/// A sign-in on the web pages; its token is stored as a hash only.
public struct Session: Sendable, Hashable {
    /// SHA-256 of the cookie's token, in hexadecimal.
    public let tokenHash: String
    /// Who signed in.
    public let account: Account.ID
    /// The token that every form of this session carries.
    public let csrfToken: String
    /// When.
    public let createdAt: Timestamp
    /// Until when it is good.
    public let expiresAt: Timestamp

    /// Puts a session together.
    public init(
        tokenHash: String,
        account: Account.ID,
        csrfToken: String,
        createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.tokenHash = tokenHash
        self.account = account
        self.csrfToken = csrfToken
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// The `session` table.
public struct SessionStore {
    let db: any SQLConnection

    /// Adds a session.
    public func insert(_ session: Session) throws(StorageError) {
        try db.run(
            """
            INSERT INTO session (token_hash, account_id, csrf_token, created_at, expires_at)
            VALUES (\(session.tokenHash), \(session.account), \(session.csrfToken), \(session.createdAt),
                \(session.expiresAt))
            """
        )
    }

    /// The session with a token's hash, if it is still good.
    public func find(_ tokenHash: String, now: Timestamp) throws(StorageError) -> Session? {
        let rows = try db.run(
            "SELECT * FROM session WHERE token_hash = \(tokenHash) AND expires_at > \(now)"
        )
        guard let row = rows.first else { return nil }
        return Session(
            tokenHash: tokenHash,
            account: try row["account_id"],
            csrfToken: try row["csrf_token"],
            createdAt: try row["created_at"],
            expiresAt: try row["expires_at"]
        )
    }

    /// Ends a session.
    public func remove(_ tokenHash: String) throws(StorageError) {
        try db.run("DELETE FROM session WHERE token_hash = \(tokenHash)")
    }

    /// Removes sessions whose time is over.
    public func removeExpired(now: Timestamp) throws(StorageError) {
        try db.run("DELETE FROM session WHERE expires_at <= \(now)")
    }

    /// Ends all sessions of an account.
    public func removeAll(of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM session WHERE account_id = \(account)")
    }
}

/// A bearer token of the client API; stored as a hash only.
public struct AccessToken: Sendable, Hashable {
    /// SHA-256 of the token, in hexadecimal.
    public let tokenHash: String
    /// Who acts with it.
    public let account: Account.ID
    /// What it allows, such as `read write:statuses`.
    public let scopes: String
    /// When it was made.
    public let createdAt: Timestamp

    /// Puts a token together.
    public init(tokenHash: String, account: Account.ID, scopes: String, createdAt: Timestamp) {
        self.tokenHash = tokenHash
        self.account = account
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
            INSERT INTO access_token (token_hash, account_id, scopes, created_at)
            VALUES (\(token.tokenHash), \(token.account), \(token.scopes), \(token.createdAt))
            """
        )
    }

    /// The token with a hash.
    public func find(_ tokenHash: String) throws(StorageError) -> AccessToken? {
        guard let row = try db.run("SELECT * FROM access_token WHERE token_hash = \(tokenHash)").first else {
            return nil
        }
        return AccessToken(
            tokenHash: tokenHash,
            account: try row["account_id"],
            scopes: try row["scopes"],
            createdAt: try row["created_at"]
        )
    }

    /// Takes back one token.
    public func remove(_ tokenHash: String) throws(StorageError) {
        try db.run("DELETE FROM access_token WHERE token_hash = \(tokenHash)")
    }

    /// Takes back all tokens of an account.
    public func removeAll(of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM access_token WHERE account_id = \(account)")
    }
}

extension SQLConnection {
    /// The `session` table.
    public var sessions: SessionStore { SessionStore(db: self) }
    /// The `access_token` table.
    public var accessTokens: AccessTokenStore { AccessTokenStore(db: self) }
}
