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

extension Session {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            tokenHash: try row["token_hash"],
            account: try row["account_id"],
            csrfToken: try row["csrf_token"],
            createdAt: try row["created_at"],
            expiresAt: try row["expires_at"]
        )
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
        return try rows.decoded(Session.init(row:)).first
    }

    /// The sessions of an account that are still good, the newest first; at most 100.
    public func find(of account: Account.ID, now: Timestamp) throws(StorageError) -> [Session] {
        try db.run(
            """
            SELECT * FROM session WHERE account_id = \(account) AND expires_at > \(now)
            ORDER BY created_at DESC, token_hash LIMIT 100
            """
        ).decoded(Session.init(row:))
    }

    /// Ends a session of an account; another's stays.
    public func remove(_ tokenHash: String, of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM session WHERE token_hash = \(tokenHash) AND account_id = \(account)")
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

extension SQLConnection {
    /// The `session` table.
    public var sessions: SessionStore { SessionStore(db: self) }
}
