public import Domain
public import HTTPSignatures
public import Storage

/// Somebody on another server, with the private key to act as them.
public struct TestPeer: Sendable {
    /// The account as we know it.
    public let account: Account
    /// What they sign with.
    public let signer: SigningKey
    /// Their public key as it is stored.
    public let key: PeerKey

    /// Makes a peer's account and its key; Ed25519, since it is made in no time.
    public init(_ name: String, at origin: Origin, id: Account.ID, now: Timestamp) throws {
        let uri = try URI("\(origin)/users/\(name)")
        signer = try SigningKey.generateEd25519(keyID: "\(uri)#main-key")
        key = PeerKey(
            uri: try URI("\(uri)#main-key"),
            actor: uri,
            material: try signer.publicText(),
            fetchedAt: now
        )
        account = Account(
            id: id,
            school: nil,
            uri: uri,
            handle: try Handle("\(name)@\(origin.host)"),
            kind: .person,
            endpoints: Account.Endpoints(
                inbox: try URI("\(uri)/inbox"),
                sharedInbox: try URI("\(origin)/inbox"),
                outbox: try URI("\(uri)/outbox"),
                followers: try URI("\(uri)/followers"),
                featured: try URI("\(uri)/featured")
            ),
            fetchedAt: now,
            createdAt: now
        )
    }
}
