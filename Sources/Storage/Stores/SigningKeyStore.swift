public import Domain

/// A private key of one of our accounts as it is stored.
public struct StoredSigningKey: Sendable {
    /// The two algorithms that an account has a key for.
    public enum Algorithm: String, Sendable, StoredWord {
        /// RSA with 2048 bits, published as `publicKey` under `#main-key`.
        case rsa
        /// Ed25519, published as a Multikey under `#ed25519-key` (FEP-521a).
        case ed25519
    }

    /// The row's id, for caches of parsed keys.
    public let id: ID<StoredSigningKey>
    /// Whose key it is.
    public let account: Account.ID
    /// For which algorithm.
    public let algorithm: Algorithm
    /// PKCS#8 PEM for RSA, the base64 seed for Ed25519.
    ///
    /// A secret: never logged, never copied.
    public let privateKey: String
    /// SPKI PEM for RSA, the multibase form for Ed25519.
    public let publicKey: String
    /// When it was made.
    public let createdAt: Timestamp

    /// Puts a key together.
    public init(
        id: ID<StoredSigningKey>,
        account: Account.ID,
        algorithm: Algorithm,
        privateKey: String,
        publicKey: String,
        createdAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.algorithm = algorithm
        self.privateKey = privateKey
        self.publicKey = publicKey
        self.createdAt = createdAt
    }
}

/// The `signing_key` table.
public struct SigningKeyStore {
    let db: any SQLConnection

    /// Adds a key, or puts it in the place of the account's key for the same algorithm.
    public func set(_ key: StoredSigningKey) throws(StorageError) {
        try db.run(
            """
            INSERT INTO signing_key (id, account_id, algorithm, private_key, public_key, created_at)
            VALUES (\(key.id), \(key.account), \(key.algorithm), \(key.privateKey), \(key.publicKey), \(key.createdAt))
            ON CONFLICT (account_id, algorithm) DO UPDATE SET id = excluded.id, private_key = excluded.private_key,
                public_key = excluded.public_key, created_at = excluded.created_at
            """
        )
    }

    /// The keys of an account, at most one per algorithm.
    public func list(of account: Account.ID) throws(StorageError) -> [StoredSigningKey] {
        try db.run("SELECT * FROM signing_key WHERE account_id = \(account) ORDER BY algorithm")
            .decoded(StoredSigningKey.init(row:))
    }

    /// The key of an account for an algorithm.
    public func find(
        of account: Account.ID,
        _ algorithm: StoredSigningKey.Algorithm
    ) throws(StorageError) -> StoredSigningKey? {
        try db.run("SELECT * FROM signing_key WHERE account_id = \(account) AND algorithm = \(algorithm)")
            .decoded(StoredSigningKey.init(row:)).first
    }
}

extension SQLConnection {
    /// The `signing_key` table.
    public var signingKeys: SigningKeyStore { SigningKeyStore(db: self) }
}

extension StoredSigningKey {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            algorithm: try row["algorithm"],
            privateKey: try row["private_key"],
            publicKey: try row["public_key"],
            createdAt: try row["created_at"]
        )
    }
}
