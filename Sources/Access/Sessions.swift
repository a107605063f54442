public import Domain
public import Storage

/// Sign-ins on the web pages.
public struct Sessions: Sendable {
    /// How long a session lasts.
    public static let lifetime = Span.days(30)

    /// Somebody who is signed in.
    public struct SignedIn: Sendable {
        /// The account, which can act.
        public let account: Account
        /// Its school.
        public let school: School
        /// What it may do there.
        public let role: Role
        /// The token that every form of the session carries.
        public let csrfToken: String
    }

    private let database: any SQLDatabase
    private let hasher: PasswordHasher
    private let clock: any WallClock

    /// Works on a database.
    public init(database: any SQLDatabase, hasher: PasswordHasher, clock: any WallClock = SystemClock()) {
        self.database = database
        self.hasher = hasher
        self.clock = clock
    }

    /// A first password for somebody who is given an account: more than 100 random bits, in groups of four to tell on.
    public static func firstPassword() -> String {
        var left = Substring(Secret().text.filter { $0.isLetter || $0.isNumber }.lowercased())
        var words: [Substring] = []
        while words.count < 6, left.count >= 4 {
            words.append(left.prefix(4))
            left = left.dropFirst(4)
        }
        return words.joined(separator: "-")
    }

    /// The hash of a password that is to be kept.
    ///
    /// - Throws: `PasswordError`.
    public func hash(_ password: String) async throws -> String {
        try await hasher.hash(password).description
    }

    /// The handle that somebody who signs in means: `ada`, `@ada`, or the whole of it, in any case; nil when it is
    /// none of the school's.
    public static func handle(_ name: String, at school: School) -> Handle? {
        var name = name[...]
        while name.first == " " { name.removeFirst() }
        while name.last == " " { name.removeLast() }
        let isWhole = name.utf8.dropFirst().contains(UInt8(ascii: "@"))
        guard let read = try? Handle(isWhole ? String(name) : "\(name)@\(school.host)"),
            read.host == school.host
        else { return nil }
        return try? Handle(local: read.name, host: school.host)
    }

    /// Signs somebody in by handle and password.
    ///
    /// - Returns: the cookie's token; nil when handle or password is wrong or the account cannot act: which, nobody is
    ///   told, and it takes as long.
    /// - Throws: `PasswordError.tooBusy`, `StorageError`.
    public func signIn(_ handle: Handle?, _ password: String, at school: School) async throws -> String? {
        let found = try await database.read { db -> (Account, PasswordHash?)? in
            guard let handle, let account = try db.accounts.find(handle), account.isActive,
                account.school == school.id
            else { return nil }
            return (account, try db.members.find(account.id)?.passwordHash.flatMap { PasswordHash($0) })
        }
        guard try await hasher.matches(password, found?.1), let account = found?.0 else { return nil }
        return try await begin(account.id)
    }

    /// Whether a password is that of an account which is signed in: asked again before what cannot be taken back.
    ///
    /// - Throws: `PasswordError.tooBusy`, `StorageError`.
    public func isPassword(_ password: String, of account: Account.ID) async throws -> Bool {
        let hash = try await database.read { try $0.members.find(account)?.passwordHash }
        return try await hasher.matches(password, hash.flatMap { PasswordHash($0) })
    }

    /// Who holds a cookie's token; nil when it is none, expired, or the account cannot act any more.
    ///
    /// - Throws: `StorageError`.
    public func find(_ token: String, at host: Host) async throws -> SignedIn? {
        guard token.utf8.count <= 256 else { return nil }
        let (hash, now) = (Secret.hash(of: token), clock.now())
        return try await database.read { db in
            guard let session = try db.sessions.find(hash, now: now),
                let account = try db.accounts.find(session.account), account.isActive,
                account.handle.host == host,
                let schoolID = account.school, let school = try db.schools.find(schoolID)
            else { return nil }
            let role = try db.members.find(account.id)?.role ?? .member
            return SignedIn(account: account, school: school, role: role, csrfToken: session.csrfToken)
        }
    }

    /// Ends a session.
    ///
    /// - Throws: `StorageError`.
    public func signOut(_ token: String) async throws {
        let hash = Secret.hash(of: token)
        try await database.write { try $0.sessions.remove(hash) }
    }

    /// A sign-in as its owner sees it.
    public struct Shown: Sendable {
        /// What ends it; no secret.
        public let name: String
        /// When it began.
        public let createdAt: Timestamp
        /// Whether it is the one that asks.
        public let isThis: Bool
    }

    /// Where an account is signed in, the newest first.
    ///
    /// `token`: the cookie's, of whoever asks.
    ///
    /// - Throws: `StorageError`.
    public func list(of account: Account.ID, asking token: String) async throws -> [Shown] {
        let (hash, now) = (Secret.hash(of: token), clock.now())
        return try await database.read { try $0.sessions.find(of: account, now: now) }.map { session in
            Shown(name: session.tokenHash, createdAt: session.createdAt, isThis: session.tokenHash == hash)
        }
    }

    /// Ends a sign-in of an account by the name that `list` gave.
    ///
    /// - Throws: `StorageError`.
    public func end(_ name: String, of account: Account.ID) async throws {
        try await database.write { try $0.sessions.remove(name, of: account) }
    }

    private func begin(_ account: Account.ID) async throws -> String {
        let (secret, csrf, now) = (Secret(), Secret(), clock.now())
        let session = Session(
            tokenHash: secret.hash,
            account: account,
            csrfToken: csrf.text,
            createdAt: now,
            expiresAt: now + Self.lifetime
        )
        try await database.write { try $0.sessions.insert(session) }
        return secret.text
    }
}
