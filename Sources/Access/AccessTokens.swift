public import Domain
public import Storage

/// Bearer tokens of the client API.
public struct AccessTokens: Sendable {
    /// Who acts with a token, and what it allows.
    public struct Grant: Sendable {
        /// The account, which can act.
        public let account: Account
        /// Its school.
        public let school: School
        /// What the token allows.
        public let scopes: Scopes
    }

    private let database: any SQLDatabase
    private let clock: any WallClock

    /// Works on a database.
    public init(database: any SQLDatabase, clock: any WallClock = SystemClock()) {
        self.database = database
        self.clock = clock
    }

    /// Makes a token.
    ///
    /// `audit`: the entry of the admin who has it made, written in the same transaction.
    ///
    /// - Returns: its text, which cannot be had again.
    /// - Throws: `StorageError`.
    public func issue(
        for account: Account.ID,
        scopes: Scopes,
        audit: AuditEntry? = nil
    ) async throws -> String {
        let secret = Secret()
        let token = AccessToken(
            tokenHash: secret.hash,
            account: account,
            scopes: scopes.description,
            createdAt: clock.now()
        )
        try await database.write { db in
            try db.accessTokens.insert(token)
            if let audit { try db.audit.insert(audit) }
        }
        return secret.text
    }

    /// What a token grants at a school; nil when it is none, of another school, or its account cannot act.
    ///
    /// - Throws: `StorageError`.
    public func grant(_ token: String, at host: Host) async throws -> Grant? {
        guard token.utf8.count <= 256 else { return nil }
        let hash = Secret.hash(of: token)
        return try await database.read { db in
            guard let stored = try db.accessTokens.find(hash), let scopes = Scopes(stored.scopes),
                let account = try db.accounts.find(stored.account), account.isActive,
                account.handle.host == host,
                let schoolID = account.school, let school = try db.schools.find(schoolID)
            else { return nil }
            return Grant(account: account, school: school, scopes: scopes)
        }
    }

    /// Ends a token; one that is none is no error.
    ///
    /// - Throws: `StorageError`.
    public func revoke(_ token: String) async throws {
        let hash = Secret.hash(of: token)
        try await database.write { try $0.accessTokens.remove(hash) }
    }
}
