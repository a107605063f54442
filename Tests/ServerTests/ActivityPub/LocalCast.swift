import Domain
import HTTPSignatures
import Storage
import TestKit

/// Adds schools and people with one key pair for all of them.
///
/// Making RSA keys keeps the few threads busy that the tests beside these measure time on.
struct LocalCast {
    private static let keys = Result { try Keys() }

    let instance: TestInstance

    private struct Keys: Sendable {
        let rsa: SigningKey
        let ed25519: SigningKey

        init() throws {
            rsa = try SigningKey.generateRSA(keyID: "test")
            ed25519 = try SigningKey.generateEd25519(keyID: "test")
        }
    }

    func addSchool(_ origin: String) async throws -> School {
        let school = School(
            id: instance.ids.next(),
            origin: try Origin(origin),
            name: origin,
            mediaKey: "a key for tests",
            createdAt: instance.clock.now()
        )
        let uris = LocalActorURIs(origin: school.origin)
        let actor = Account(
            id: instance.ids.next(),
            school: school.id,
            uri: uris.schoolActor,
            handle: Handle(storedName: school.host.name, host: school.host),
            kind: .application,
            endpoints: uris.schoolEndpoints,
            createdAt: instance.clock.now()
        )
        try await instance.database.write { try $0.schools.insert(school) }
        try await insert(actor)
        return school
    }

    func addPerson(_ name: String, at school: School) async throws -> Account {
        let uris = LocalActorURIs(origin: school.origin)
        let id: Account.ID = instance.ids.next()
        let account = Account(
            id: id,
            school: school.id,
            uri: uris.actor(id),
            handle: try Handle(local: name, host: school.host),
            kind: .person,
            page: uris.page(name),
            endpoints: uris.endpoints(id),
            createdAt: instance.clock.now()
        )
        try await insert(account)
        return account
    }

    private func insert(_ account: Account) async throws {
        let keys = try Self.keys.get()
        let stored = [
            try stored(keys.rsa, .rsa, account), try stored(keys.ed25519, .ed25519, account),
        ]
        try await instance.database.write { db in
            try db.accounts.insert(account)
            for key in stored { try db.signingKeys.set(key) }
        }
    }

    private func stored(
        _ key: SigningKey,
        _ algorithm: StoredSigningKey.Algorithm,
        _ account: Account
    ) throws -> StoredSigningKey {
        StoredSigningKey(
            id: instance.ids.next(),
            account: account.id,
            algorithm: algorithm,
            privateKey: try key.privateText(),
            publicKey: try key.publicText(),
            createdAt: account.createdAt
        )
    }
}
