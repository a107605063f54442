public import Domain
public import HTTPSignatures
public import Storage
import Synchronization

/// The private keys of our own accounts, parsed and ready to sign.
///
/// At most `capacity` parsed keys are kept, each for five minutes: a key that is changed on the command line is in
/// use then at the latest.
public final class SignerRing: Sendable {
    private static let capacity = 256
    private static let lifetime = Span.minutes(5)

    private struct Entry {
        let key: SigningKey
        let loadedAt: Timestamp
    }

    private let database: any SQLDatabase
    private let clock: any WallClock
    private let entries = Mutex<[Account.ID: Entry]>([:])

    /// Makes the ring of a process.
    public init(database: any SQLDatabase, clock: any WallClock = SystemClock()) {
        self.database = database
        self.clock = clock
    }

    /// The RSA key of an account, published in its actor document as `#main-key`.
    ///
    /// - Throws: `SignerError` when the account has no usable key; `StorageError`.
    public func key(of account: Account.ID) async throws -> SigningKey {
        let now = clock.now()
        if let known = entries.withLock({ $0[account] }), now - known.loadedAt < Self.lifetime {
            return known.key
        }
        let (stored, owner) = try await database.read { db in
            (try db.signingKeys.find(of: account, .rsa), try db.accounts.find(account))
        }
        guard let stored, let owner else { throw SignerError.noKey(account) }
        guard let key = try? SigningKey(rsaPEM: stored.privateKey, keyID: LocalKeyIDs(of: owner.uri).rsa)
        else {
            throw SignerError.damagedKey(account)
        }
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[account] = Entry(key: key, loadedAt: now)
        }
        return key
    }

    /// The key of a school's own actor, which signs our fetches.
    ///
    /// - Throws: as `key(of:)`.
    public func key(of school: School) async throws -> SigningKey {
        let uri = LocalActorURIs(origin: school.origin).schoolActor
        guard let actor = try await database.read({ try $0.accounts.find(uri: uri) }) else {
            throw SignerError.noSchoolActor(school.host)
        }
        return try await key(of: actor.id)
    }
}

/// What can be wrong with our own keys.
public enum SignerError: Error, Hashable {
    /// The account has no key row.
    case noKey(Account.ID)
    /// Its key row cannot be read.
    case damagedKey(Account.ID)
    /// The school has no actor of its own: its setup was cut short.
    case noSchoolActor(Host)
}

/// The ids under which an actor's document lists its keys.
public struct LocalKeyIDs: Sendable {
    /// The RSA key's id.
    public let rsa: String
    /// The Ed25519 key's id (FEP-521a).
    public let ed25519: String

    /// Derives them from the actor's URI.
    public init(of actor: URI) {
        rsa = "\(actor)#main-key"
        ed25519 = "\(actor)#ed25519-key"
    }
}
