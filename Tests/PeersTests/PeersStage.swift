import Domain
import HTTPSignatures
import Outbox
import Peers
import Storage
import TestKit

/// North High and two other servers that really answer: south is a partner, evil is none.
struct PeersStage {
    let instance: TestInstance
    let school: School
    let south: FakePeer
    let evil: FakePeer

    static func use(
        federation: School.Federation = .partners,
        _ body: (PeersStage) async throws -> Void
    ) async throws {
        try await TestInstance.use(reaching: [try AddressRange("127.0.0.0/8")]) { instance in
            let school = try await instance.addSchool("https://north.test", federation: federation)
            let stage = PeersStage(
                instance: instance,
                school: school,
                south: try FakePeer(address: "127.0.0.1"),
                evil: try FakePeer(address: "127.0.0.2")
            )
            try await stage.partner(stage.south)
            try await body(stage)
        }
    }

    func partner(_ peer: FakePeer) async throws {
        try await instance.admin.setPartner(peer.host, .approved, at: school, by: "test")
    }

    /// Puts a person on a server, with a key under an id of the given form.
    @discardableResult
    func person(_ name: String, on peer: FakePeer, key: String? = nil) throws -> (URI, SigningKey) {
        let uri = try peer.uri("/users/\(name)")
        let signer = try SigningKey.generateEd25519(keyID: key ?? "\(uri)#main-key")
        peer.serve("/users/\(name)", try peer.actor("/users/\(name)", name, signer: signer))
        peer.finger("\(name)@\(peer.host)", actor: uri)
        return (uri, signer)
    }

    func key(_ id: String) async throws -> RingKey {
        try await instance.keys.key(try URI(id), for: school)
    }

    /// What asking for a key comes to.
    func error(ofKey id: String) async throws -> FetchError? {
        do {
            _ = try await key(id)
            return nil
        } catch let error as FetchError {
            return error
        }
    }

    func account(_ uri: URI) async throws -> Account {
        try await instance.directory.account(uri, for: school)
    }

    func account(_ handle: String) async throws -> Account {
        try await instance.directory.account(try Handle(handle), for: school)
    }

    func known(_ uri: URI) async throws -> Account? {
        try await instance.database.read { try $0.accounts.find(uri: uri) }
    }
}
