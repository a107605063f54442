import Crypto
public import Domain
import FoundationEssentials
public import Storage

/// What people allow apps: from consent by a code to tokens, and back.
public struct Permissions: Sendable {
    /// How long a code is good.
    public static let codeLifetime = Span.minutes(10)
    /// How long the hash of a spent refresh token is kept, to notice who uses it again.
    public static let keptSpent = Span.days(30)
    /// How many tokens an app may have for itself.
    private static let mostOwnTokens = 20

    /// What an app gets.
    public struct Issued: Sendable {
        /// The bearer token; its text is stored nowhere.
        public let accessToken: String
        /// What gets the next one; nil for a token of the app itself.
        public let refreshToken: String?
        /// What it allows.
        public let scopes: Scopes
        /// When it was made.
        public let createdAt: Timestamp
    }

    /// What was allowed to which app.
    public struct Shown: Sendable {
        /// What.
        public let permission: Permission
        /// Which.
        public let app: ClientApp
    }

    private let database: any SQLDatabase
    private let ids: IDGenerator
    private let clock: any WallClock

    /// Works on a database.
    public init(database: any SQLDatabase, ids: IDGenerator, clock: any WallClock = SystemClock()) {
        self.database = database
        self.ids = ids
        self.clock = clock
    }

    /// Allows an app what it asks for.
    ///
    /// - Returns: the code for the app.
    /// - Throws: `StorageError`.
    public func allow(_ request: AuthorizationRequest, for account: Account.ID) async throws -> String {
        let (code, now) = (Secret(), clock.now())
        let permission = Permission(
            id: ids.next(),
            app: request.app.id,
            account: account,
            scopes: request.scopes.description,
            codeHash: code.hash,
            redirectURI: request.redirectURI,
            challenge: request.challenge,
            createdAt: now,
            codeExpiresAt: now + Self.codeLifetime
        )
        try await database.write { db in
            try db.clientApps.setAuthorized(permission.app, at: now)
            try db.permissions.insert(permission)
        }
        return code.text
    }

    /// Turns a code into tokens, once.
    ///
    /// A code that comes again ends what it has allowed: one of the two had stolen it.
    ///
    /// Spec: RFC 6749 sections 4.1.2 and 10.5, RFC 7636 section 4.6, RFC 9700 section 4.8.2.
    ///
    /// - Throws: `OAuthError.invalidGrant`, `StorageError`.
    public func redeem(_ code: String, redirectURI: String, verifier: String?, by app: ClientApp) async throws
        -> Issued
    {
        guard code.utf8.count <= 256 else { throw OAuthError.invalidGrant }
        let (hash, now) = (Secret.hash(of: code), clock.now())
        let proof = verifier.flatMap(Self.challenge)
        let (access, refresh) = (Secret(), Secret())
        let scopes = try await database.write { db -> Scopes? in
            guard let permission = try db.permissions.find(code: hash), permission.app == app.id else {
                return nil
            }
            guard permission.redeemedAt == nil else {
                try db.permissions.remove(permission.id)
                return nil
            }
            // Whoever proves something that was not asked for may have been given another's code.
            guard now < permission.codeExpiresAt, permission.redirectURI.utf8.elementsEqual(redirectURI.utf8),
                permission.challenge == proof, (verifier == nil) == (proof == nil),
                try db.accounts.find(permission.account)?.isActive ?? false
            else { return nil }
            guard try db.permissions.redeem(permission.id, at: now) else {
                try db.permissions.remove(permission.id)
                return nil
            }
            return try db.issue(access, refresh, for: permission, Scopes(permission.scopes), at: now)
        }
        guard let scopes else { throw OAuthError.invalidGrant }
        return Issued(accessToken: access.text, refreshToken: refresh.text, scopes: scopes, createdAt: now)
    }

    /// Turns a refresh token into new tokens, once; the ones before end.
    ///
    /// A spent one that comes again ends the permission.
    ///
    /// `scope`: less than what was allowed, or nil for the same.
    ///
    /// Spec: RFC 6749 section 6, RFC 9700 section 4.14.2.
    ///
    /// - Throws: `OAuthError.invalidGrant`, `invalidScope`; `StorageError`.
    public func refresh(_ token: String, scope: String?, by app: ClientApp) async throws -> Issued {
        guard token.utf8.count <= 256 else { throw OAuthError.invalidGrant }
        let wished = try scope.map { text throws(OAuthError) in
            guard let scopes = Scopes(text) else { throw .invalidScope }
            return scopes
        }
        let (hash, now) = (Secret.hash(of: token), clock.now())
        let (access, refresh) = (Secret(), Secret())
        let scopes = try await database.write { db -> Scopes? in
            guard let (id, isSpent) = try db.permissions.findRefresh(hash),
                let permission = try db.permissions.find(id), permission.app == app.id,
                let allowed = Scopes(permission.scopes),
                try db.accounts.find(permission.account)?.isActive ?? false
            else { return nil }
            guard !isSpent else {
                try db.permissions.remove(id)
                return nil
            }
            if let wished, !allowed.cover(wished) { throw OAuthError.invalidScope }
            guard try db.permissions.spendRefresh(hash, of: id, at: now) else {
                try db.permissions.remove(id)
                return nil
            }
            return try db.issue(access, refresh, for: permission, wished ?? allowed, at: now)
        }
        guard let scopes else { throw OAuthError.invalidGrant }
        return Issued(accessToken: access.text, refreshToken: refresh.text, scopes: scopes, createdAt: now)
    }

    /// Gives an app a token for itself; of more than twenty the oldest ends.
    ///
    /// Spec: RFC 6749 section 4.4.
    ///
    /// - Throws: `OAuthError.invalidScope`, `StorageError`.
    public func issue(to app: ClientApp, scope: String?) async throws -> Issued {
        guard let scopes = Scopes(scope.flatMap { $0.isEmpty ? nil : $0 } ?? "read"),
            let registered = Scopes(app.scopes), registered.cover(scopes)
        else { throw OAuthError.invalidScope }
        let (secret, now) = (Secret(), clock.now())
        let token = AccessToken(
            tokenHash: secret.hash,
            account: nil,
            app: app.id,
            scopes: scopes.description,
            createdAt: now
        )
        try await database.write { db in
            try db.accessTokens.removeOwn(of: app.id, keeping: Self.mostOwnTokens - 1)
            try db.accessTokens.insert(token)
        }
        return Issued(accessToken: secret.text, refreshToken: nil, scopes: scopes, createdAt: now)
    }

    /// Ends an access or refresh token, and all others of the same permission; one that is none is no error.
    ///
    /// Spec: RFC 7009.
    ///
    /// - Throws: `OAuthError.unauthorizedClient` for another app's; `StorageError`.
    public func revoke(_ token: String, by app: ClientApp) async throws {
        guard token.utf8.count <= 256 else { return }
        let hash = Secret.hash(of: token)
        try await database.write { db in
            if let found = try db.accessTokens.find(hash) {
                guard found.app == app.id else { throw OAuthError.unauthorizedClient }
                try db.accessTokens.remove(hash)
                if let permission = found.permission { try db.permissions.remove(permission) }
            } else if let (id, _) = try db.permissions.findRefresh(hash) {
                guard try db.permissions.find(id)?.app == app.id else { throw OAuthError.unauthorizedClient }
                try db.permissions.remove(id)
            }
        }
    }

    /// What a person allows apps, the newest first.
    ///
    /// - Throws: `StorageError`.
    public func list(of account: Account.ID) async throws -> [Shown] {
        try await database.read { db in
            let permissions = try db.permissions.find(of: account)
            let apps = try db.clientApps.find(permissions.map(\.app))
            return permissions.compactMap { permission in
                apps[permission.app].map { Shown(permission: permission, app: $0) }
            }
        }
    }

    /// Takes back what a person has allowed; another's stays.
    ///
    /// - Throws: `StorageError`.
    public func end(_ id: Permission.ID, of account: Account.ID) async throws {
        try await database.write { db in
            guard try db.permissions.find(id)?.account == account else { return }
            try db.permissions.remove(id)
        }
    }

    /// The challenge that a verifier answers; nil when it is no verifier.
    private static func challenge(_ verifier: String) -> String? {
        guard (43...128).contains(verifier.utf8.count),
            verifier.utf8.allSatisfy({ Secret.isBase64URL($0) || $0 == 0x2E || $0 == 0x7E })
        else { return nil }
        return Secret.base64URL(Data(SHA256.hash(data: Array(verifier.utf8))))
    }
}

extension SQLConnection {
    fileprivate func issue(
        _ access: Secret,
        _ refresh: Secret,
        for permission: Permission,
        _ scopes: Scopes?,
        at now: Timestamp
    ) throws -> Scopes? {
        guard let scopes else { return nil }
        try accessTokens.insert(
            AccessToken(
                tokenHash: access.hash,
                account: permission.account,
                app: permission.app,
                permission: permission.id,
                scopes: scopes.description,
                createdAt: now
            )
        )
        try permissions.insertRefresh(refresh.hash, permission.id, at: now)
        return scopes
    }
}
