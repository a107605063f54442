public import Domain
public import HTTPSignatures
public import Storage
public import Transport

/// A body that is sent to many: its bytes and their digests, hashed once.
public struct ActivityBody: Sendable {
    /// The exact bytes.
    public let bytes: [UInt8]
    let digest: BodyDigest

    /// Hashes the bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        digest = BodyDigest(of: bytes)
    }
}

/// Makes outbound requests and signs them.
public enum SignedRequest {
    /// The media type of what we send.
    ///
    /// Spec: ActivityPub 7.
    public static let activityType = "application/activity+json"
    /// What we ask for.
    ///
    /// Spec: ActivityPub 3.2.
    public static let accept =
        "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""

    /// What we ask for where a page for people will do: it may name its ActivityStreams form.
    static let acceptWithPages = accept + ", text/html;q=0.1"

    /// A signed POST of an activity; with a synchronization field, which is covered too, when one is given.
    ///
    /// - Throws: `SignatureError` when the key cannot sign.
    public static func post(
        _ body: ActivityBody,
        to inbox: URI,
        key: SigningKey,
        scheme: SignatureScheme,
        synchronizing followers: SynchronizationField? = nil,
        at time: Timestamp
    ) throws -> OutboundRequest {
        let more = followers.map { [(SynchronizationField.name, $0.value)] } ?? []
        let message = message("POST", inbox, [("Content-Type", activityType)] + more)
        let signature = try MessageSigner.sign(
            message,
            digest: body.digest,
            key: key,
            scheme: scheme.signing,
            covering: more.map { $0.0.lowercased() },
            at: time.milliseconds
        )
        return OutboundRequest(
            method: .post,
            uri: inbox,
            fields: message.fields + signature,
            body: body.bytes
        )
    }

    /// A signed GET of a document.
    ///
    /// - Throws: `SignatureError` when the key cannot sign.
    public static func get(
        _ uri: URI,
        key: SigningKey,
        scheme: SignatureScheme,
        accept: String = accept,
        at time: Timestamp
    ) throws -> OutboundRequest {
        let message = message("GET", uri, [("Accept", accept)])
        let signature = try MessageSigner.sign(
            message,
            digest: nil,
            key: key,
            scheme: scheme.signing,
            at: time.milliseconds
        )
        // A page is of use for its beginning; a document that is cut is none and refused as such.
        return OutboundRequest(
            method: .get,
            uri: uri,
            fields: message.fields + signature,
            excess: accept == Self.accept ? .fails : .isCut
        )
    }

    private static func message(_ method: String, _ uri: URI, _ fields: [(name: String, value: String)])
        -> HTTPMessage
    {
        HTTPMessage(
            method: method,
            scheme: uri.scheme.rawValue,
            authority: uri.host.description,
            target: uri.target,
            fields: [(name: "Host", value: uri.host.description)] + fields
        )
    }
}

extension SignatureScheme {
    var signing: SigningScheme {
        switch self {
        case .cavage: .cavage
        case .rfc9421: .rfc9421
        }
    }
}
