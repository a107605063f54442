/// What a `Digest` or `Content-Digest` field says about a body.
///
/// The field may name several algorithms. At least one must be known to us, and all known ones must match: else a peer
/// and we could each look at another one.
struct DigestClaim {
    private let hashes: [(algorithm: DigestAlgorithm, hash: [UInt8])]
    private let field: String

    /// Reads the value of `Digest`: `SHA-256=...`, with a comma between several.
    ///
    /// Spec: RFC 3230 section 4.3.2.
    ///
    /// - Throws: `malformedDigest` when it cannot be read or names an algorithm twice.
    init(digest value: String) throws(SignatureError) {
        field = "digest"
        var found: [(DigestAlgorithm, [UInt8])] = []
        var names: [String] = []
        for part in value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let trimmed = ASCII.trimmed(part)
            guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")),
                case let name = ASCII.lowercased(Substring(trimmed[..<equals])), !name.utf8.isEmpty,
                name.utf8.allSatisfy(ASCII.isTokenByte), !names.contains(where: { ASCII.areSame($0, name) })
            else { throw .malformedDigest(field) }
            names.append(name)
            guard names.count <= SignatureLimits.digests else { throw .malformedDigest(field) }
            guard let algorithm = DigestAlgorithm(name: name) else { continue }
            guard let hash = Base64.decode(trimmed[trimmed.index(after: equals)...]) else {
                throw .malformedDigest(field)
            }
            found.append((algorithm, hash))
        }
        hashes = found
    }

    /// Reads the value of `Content-Digest`: a dictionary of byte sequences.
    ///
    /// Spec: RFC 9530 section 2.
    ///
    /// - Throws: `malformedDigest` when it is anything else.
    init(contentDigest value: String) throws(SignatureError) {
        field = "content-digest"
        guard let members = StructuredDictionary(value)?.members, members.count <= SignatureLimits.digests
        else {
            throw .malformedDigest(field)
        }
        var found: [(DigestAlgorithm, [UInt8])] = []
        for (name, member) in members {
            guard let hash = member.bytes else { throw .malformedDigest(field) }
            if let algorithm = DigestAlgorithm(name: name) { found.append((algorithm, hash)) }
        }
        hashes = found
    }

    /// Hashes the bytes that were received and compares.
    ///
    /// - Throws: `unknownDigest` when no algorithm is known, `digestMismatch` when one does not match.
    func check(_ body: [UInt8]) throws(SignatureError) {
        guard !hashes.isEmpty else { throw .unknownDigest(field) }
        for (algorithm, hash) in hashes where algorithm.hash(body) != hash {
            throw .digestMismatch(field)
        }
    }
}
