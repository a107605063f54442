/// What a signature says about its algorithm.
enum NamedAlgorithm: Sendable {
    /// Nothing, or `hs2019`: the key decides. RSA is then RSASSA-PKCS1-v1_5 with SHA-256.
    case fromKey
    case rsaSHA256
    case ed25519

    /// Reads draft-cavage's `algorithm`.
    ///
    /// Spec: draft-cavage-12 section 2.1.3 and appendix E.2.
    init(cavage name: String?) throws(SignatureError) {
        switch name {
        case nil, "hs2019": self = .fromKey
        case "rsa-sha256": self = .rsaSHA256
        case "ed25519": self = .ed25519
        case .some(let other): throw .unknownAlgorithm(other)
        }
    }

    /// Reads RFC 9421's `alg`.
    ///
    /// Spec: section 6.2.2.
    init(rfc9421 name: String?) throws(SignatureError) {
        switch name {
        case nil: self = .fromKey
        case "rsa-v1_5-sha256": self = .rsaSHA256
        case "ed25519": self = .ed25519
        case .some(let other): throw .unknownAlgorithm(other)
        }
    }

    /// Tells whether a kind of key may verify it: the key never takes another algorithm's place.
    func allows(_ kind: PublicKey.Kind) -> Bool {
        switch self {
        case .fromKey: true
        case .rsaSHA256: kind == .rsa
        case .ed25519: kind == .ed25519
        }
    }
}
