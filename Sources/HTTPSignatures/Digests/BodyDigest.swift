/// The SHA-256 of a body in the two spellings of header fields.
///
/// It is made once for a body that is sent to many, since hashing it again for each would cost more than the rest of an
/// Ed25519 signature.
public struct BodyDigest: Sendable {
    /// The value of `Digest`: `SHA-256=` and Base64.
    ///
    /// Spec: RFC 3230, for draft-cavage.
    public let digest: String
    /// The value of `Content-Digest`: `sha-256=:` and Base64.
    ///
    /// Spec: RFC 9530 section 2.
    public let contentDigest: String

    /// Hashes the exact bytes of a body.
    public init(of body: [UInt8]) {
        let hash = Base64.encode(DigestAlgorithm.sha256.hash(body))
        digest = "SHA-256=\(hash)"
        contentDigest = "sha-256=:\(hash):"
    }
}
