import Crypto

/// The hash algorithms that we know for `Digest` and `Content-Digest`.
///
/// Spec: RFC 9530 section 5; the others in its registry are insecure or unused.
enum DigestAlgorithm: CaseIterable {
    case sha256
    case sha512

    /// Its name in the registry, in lower case.
    var name: String {
        switch self {
        case .sha256: "sha-256"
        case .sha512: "sha-512"
        }
    }

    /// Finds an algorithm by its name, in any case; nil for one that we do not know.
    init?(name: some StringProtocol) {
        guard let known = Self.allCases.first(where: { ASCII.matches(name, lowercase: $0.name) }) else {
            return nil
        }
        self = known
    }

    /// Hashes bytes.
    func hash(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Self.hash(bytes, SHA256())
        case .sha512: Self.hash(bytes, SHA512())
        }
    }

    private static func hash(_ bytes: [UInt8], _ function: some HashFunction) -> [UInt8] {
        var function = function
        bytes.withUnsafeBytes { function.update(bufferPointer: $0) }
        return [UInt8](function.finalize())
    }
}
