@testable import HTTPSignatures

/// Requests and keys that the tests share, and a forge that signs whatever it is told.
enum Sample {
    static let now: Int64 = 1_800_000_000_000
    static let body = [UInt8](#"{"type":"Create"}"#.utf8)
    static let keyID = "https://north.example/ap/actors/1#main-key"

    static let rsa = Result { try SigningKey.generateRSA(keyID: keyID) }
    static let otherRSA = Result { try SigningKey.generateRSA(keyID: keyID) }
    static let ed25519 = Result {
        try SigningKey.generateEd25519(keyID: "https://north.example/ap/actors/1#ed25519-key")
    }

    static func key(_ kind: PublicKey.Kind) throws -> SigningKey {
        try kind == .rsa ? rsa.get() : ed25519.get()
    }

    static func publicKey(_ kind: PublicKey.Kind = .rsa) throws -> PublicKey {
        try key(kind).publicKey()
    }

    /// A POST to an inbox, not signed.
    static func post(target: String = "/ap/inbox", fields: [(name: String, value: String)] = [])
        -> HTTPMessage
    {
        HTTPMessage(
            method: "POST",
            authority: "south.example",
            target: target,
            fields: [
                (name: "Host", value: "south.example"),
                (name: "Content-Type", value: "application/activity+json"),
            ]
                + fields
        )
    }

    /// A GET of an actor, not signed.
    static func get(target: String = "/ap/actors/2") -> HTTPMessage {
        HTTPMessage(
            method: "GET",
            authority: "south.example",
            target: target,
            fields: [
                (name: "Host", value: "south.example"), (name: "Accept", value: "application/activity+json"),
            ]
        )
    }

    /// A POST with what it takes to sign it: Date and both digests.
    static func ready(date: Int64 = now, target: String = "/ap/inbox") -> HTTPMessage {
        let digest = BodyDigest(of: body)
        return post(
            target: target,
            fields: [
                (name: "Date", value: HTTPDate.format(date / 1_000)), (name: "Digest", value: digest.digest),
                (name: "Content-Digest", value: digest.contentDigest),
            ]
        )
    }

    /// A POST or GET that is signed as it should be.
    static func signed(
        _ message: HTTPMessage,
        scheme: SigningScheme = .cavage,
        kind: PublicKey.Kind = .rsa,
        at time: Int64 = now
    ) throws -> HTTPMessage {
        let digest = message.method == "GET" ? nil : BodyDigest(of: body)
        let added = try MessageSigner.sign(message, digest: digest, key: key(kind), scheme: scheme, at: time)
        return message.with(added)
    }

    /// Reads and verifies a request; nil when it passes.
    static func refusal(
        of message: HTTPMessage,
        body: [UInt8]? = Sample.body,
        now: Int64 = Sample.now,
        kind: PublicKey.Kind = .rsa
    ) throws -> SignatureError? {
        let key = try publicKey(kind)
        do {
            try SignatureClaim.read(message, body: message.method == "GET" ? nil : body, now: now).verify(
                with: key
            )
            return nil
        } catch {
            return error
        }
    }
}

extension HTTPMessage {
    func with(_ more: [(name: String, value: String)]) -> HTTPMessage {
        HTTPMessage(
            method: method,
            scheme: scheme,
            authority: authority,
            target: target,
            fields: fields + more
        )
    }

    /// The same message with another value for a field.
    func replacing(_ name: String, _ change: (String) -> String) -> HTTPMessage {
        HTTPMessage(
            method: method,
            scheme: scheme,
            authority: authority,
            target: target,
            fields: fields.map { $0.name == name ? (name: name, value: change($0.value)) : $0 }
        )
    }

    func without(_ name: String) -> HTTPMessage {
        HTTPMessage(
            method: method,
            scheme: scheme,
            authority: authority,
            target: target,
            fields: fields.filter { $0.name != name }
        )
    }
}

extension SigningKey {
    func publicKey() throws -> PublicKey {
        try kind == .rsa ? PublicKey(pem: publicText()) : PublicKey(multibase: publicText())
    }
}
