public import Domain
public import Storage

/// Bearer tokens of the client API.
public struct AccessTokens: Sendable {
    /// Who acts with a token, and what it allows.
    public struct Grant: Sendable {
        /// The account, which can act; nil when an app asks for itself.
        public let account: Account?
        /// The app; nil for a token that an admin has made.
        public let app: ClientApp.ID?
        /// The school.
        public let school: School
        /// What the token allows.
        public let scopes: Scopes
        /// The token's hash, for `standing`.
        public let tokenHash: String
    }

    /// How exactly it is noted when an app was last used: most requests write nothing.
    private static let noted = Span.days(1)

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
        let (hash, now) = (Secret.hash(of: token), clock.now())
        let found = try await database.read { db -> (Grant, unnoted: Permission.ID?)? in
            guard let stored = try db.accessTokens.find(hash), let scopes = Scopes(stored.scopes),
                let school = try db.schools.find(host: host)
            else { return nil }
            guard let id = stored.account else {
                guard let app = stored.app, try db.clientApps.find([app])[app]?.school == school.id else {
                    return nil
                }
                return (Grant(account: nil, app: app, school: school, scopes: scopes, tokenHash: hash), nil)
            }
            guard let account = try db.accounts.find(id), account.isActive, account.school == school.id else {
                return nil
            }
            let grant = Grant(
                account: account,
                app: stored.app,
                school: school,
                scopes: scopes,
                tokenHash: hash
            )
            guard let permission = try stored.permission.flatMap({ try db.permissions.find($0) }) else {
                return (grant, nil)
            }
            let isNoted = permission.usedAt.map { now - $0 < Self.noted } ?? false
            return (grant, isNoted ? nil : permission.id)
        }
        guard let (grant, unnoted) = found else { return nil }
        if let unnoted { try await database.write { try $0.permissions.setUsed(unnoted, at: now) } }
        return grant
    }

    /// Which of some tokens of accounts, by their hashes, still stand: they have not ended, and their accounts can act.
    ///
    /// - Throws: `StorageError`.
    public func standing(_ hashes: Set<String>) async throws -> Set<String> {
        try await database.read { try $0.accessTokens.standing(hashes) }
    }

    /// Ends a token; one that is none is no error.
    ///
    /// - Throws: `StorageError`.
    public func revoke(_ token: String) async throws {
        let hash = Secret.hash(of: token)
        try await database.write { try $0.accessTokens.remove(hash) }
    }
}
