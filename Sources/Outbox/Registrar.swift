public import Domain
public import HTTPSignatures
import Peers
public import Storage

/// Adds schools and accounts, each with its keys, in one transaction; whoever asks must be allowed to.
public struct Registrar: Sendable {
    private let database: any SQLDatabase
    private let ids: IDGenerator
    private let clock: any WallClock
    private let makeRSA: @Sendable (_ keyID: String) throws -> SigningKey

    /// Makes a registrar.
    ///
    /// `makeRSA`: makes a fresh RSA key, which takes a tenth of a second; tests that make many accounts pass one they
    /// have made before.
    public init(
        database: any SQLDatabase,
        ids: IDGenerator,
        clock: any WallClock = SystemClock(),
        makeRSA: @escaping @Sendable (_ keyID: String) throws -> SigningKey = { try .generateRSA(keyID: $0) }
    ) {
        self.database = database
        self.ids = ids
        self.clock = clock
        self.makeRSA = makeRSA
    }

    /// Adds a school together with its own actor, which signs its fetches.
    ///
    /// - Throws: `RegistrarError.hostIsTaken`, `StorageError`.
    public func addSchool(
        at origin: Origin,
        name: String,
        federation: School.Federation = .partners,
        by admin: String
    ) async throws -> School {
        let now = clock.now()
        let school = School(
            id: ids.next(),
            origin: origin,
            name: name,
            federation: federation,
            mediaKey: (0..<32).map { _ in
                let byte = UInt8.random(in: 0...255)
                return (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined(),
            createdAt: now
        )
        let uris = LocalActorURIs(origin: origin)
        let actor = Account(
            id: ids.next(),
            school: school.id,
            uri: uris.schoolActor,
            handle: Handle(storedName: origin.host.name, host: origin.host),
            kind: .application,
            displayName: name,
            endpoints: uris.schoolEndpoints,
            createdAt: now
        )
        let keys = try makeKeys(for: actor)
        let entry = entry("school.add", school, origin.host.description, admin)
        try await database.write { db in
            guard try db.schools.find(host: origin.host) == nil else {
                throw RegistrarError.hostIsTaken(origin.host)
            }
            try db.schools.insert(school)
            try db.accounts.insert(actor)
            for key in keys { try db.signingKeys.set(key) }
            try db.audit.insert(entry)
        }
        return school
    }

    /// Adds a person's account, or that of a group or service.
    ///
    /// - Throws: `NameError` for a name that accounts cannot have; `RegistrarError.nameIsTaken`, `StorageError`.
    public func addAccount(
        named name: String,
        at school: School,
        kind: Account.Kind = .person,
        displayName: String = "",
        role: Role = .member,
        passwordHash: String? = nil,
        by admin: String
    ) async throws -> Account {
        let handle = try Handle(local: name, host: school.host)
        let id: Account.ID = ids.next()
        let uris = LocalActorURIs(origin: school.origin)
        let account = Account(
            id: id,
            school: school.id,
            uri: uris.actor(id),
            handle: handle,
            kind: kind,
            displayName: displayName,
            page: uris.page(handle.name),
            endpoints: uris.endpoints(id),
            createdAt: clock.now()
        )
        let keys = try makeKeys(for: account)
        let entry = entry("account.create", school, handle.description, admin)
        try await database.write { db in
            guard try db.accounts.find(handle) == nil else { throw RegistrarError.nameIsTaken(handle) }
            try db.accounts.insert(account)
            // Asked last: it sees what an account that has just given the handle up wrote before it made room.
            guard try db.formerHandles.holder(of: handle) == nil else {
                throw RegistrarError.nameIsTaken(handle)
            }
            for key in keys { try db.signingKeys.set(key) }
            try db.members.set(Member(account: id, role: role, passwordHash: passwordHash))
            try db.audit.insert(entry)
        }
        return account
    }

    private func makeKeys(for account: Account) throws -> [StoredSigningKey] {
        let names = LocalKeyIDs(of: account.uri)
        let rsa = try makeRSA(names.rsa)
        let ed25519 = try SigningKey.generateEd25519(keyID: names.ed25519)
        return [try stored(rsa, .rsa, account), try stored(ed25519, .ed25519, account)]
    }

    private func stored(
        _ key: SigningKey,
        _ algorithm: StoredSigningKey.Algorithm,
        _ account: Account
    ) throws -> StoredSigningKey {
        StoredSigningKey(
            id: ids.next(),
            account: account.id,
            algorithm: algorithm,
            privateKey: try key.privateText(),
            publicKey: try key.publicText(),
            createdAt: account.createdAt
        )
    }

    private func entry(_ action: String, _ school: School, _ subject: String, _ admin: String) -> AuditEntry {
        AuditEntry(action, at: school.id, on: subject, by: admin, ids, clock)
    }
}

/// Why a school or an account was not added.
public enum RegistrarError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is a school with the host.
    case hostIsTaken(Host)
    /// There is, or was, an account with the handle.
    case nameIsTaken(Handle)

    /// The text for the person who asked.
    public var description: String {
        switch self {
        case .hostIsTaken(let host): "there is a school at \(host) already"
        case .nameIsTaken(let handle): "there is an account \(handle) already"
        }
    }
}
