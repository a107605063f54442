public import Domain

/// What a local person may do and the hash they sign in with.
public struct Member: Sendable {
    /// Who.
    public let account: Account.ID
    /// What they may do.
    public var role: Role
    /// The password's hash in the form of `PasswordHash`; nil when they cannot sign in with one.
    public var passwordHash: String?

    /// Puts a member together.
    public init(account: Account.ID, role: Role, passwordHash: String?) {
        self.account = account
        self.role = role
        self.passwordHash = passwordHash
    }
}

/// The `member` table.
public struct MemberStore {
    let db: any SQLConnection

    /// Adds a member or writes their role and hash.
    public func set(_ member: Member) throws(StorageError) {
        try db.run(
            """
            INSERT INTO member (account_id, role, password_hash)
            VALUES (\(member.account), \(member.role), \(member.passwordHash))
            ON CONFLICT (account_id) DO UPDATE SET role = excluded.role, password_hash = excluded.password_hash
            """
        )
    }

    /// The member with an account.
    public func find(_ account: Account.ID) throws(StorageError) -> Member? {
        guard let row = try db.run("SELECT * FROM member WHERE account_id = \(account)").first else {
            return nil
        }
        return Member(account: account, role: try row["role"], passwordHash: try row["password_hash"])
    }

    /// Takes away an account's role and password.
    public func remove(_ account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM member WHERE account_id = \(account)")
    }
}

extension SQLConnection {
    /// The `member` table.
    public var members: MemberStore { MemberStore(db: self) }
}
