/// The parameters of a draft-cavage Signature field.
///
/// This is their only parser: the key id that is looked up and the signature that is verified come from one reading.
/// Spec: draft-cavage-http-signatures-12 sections 2.1 and 4.1.
struct CavageSignature {
    /// `created` and `expires`: the text that was signed and what it means in milliseconds.
    struct Stamp {
        let text: String
        let milliseconds: Int64
    }

    let keyID: String
    let algorithm: NamedAlgorithm
    let created: Stamp?
    let expires: Stamp?
    /// The covered names in the order of the signature, in lower case, none twice.
    let covered: [String]
    let signature: [UInt8]

    /// Reads a field value.
    ///
    /// Parameters with other names are ignored, as the draft says, but none may be given twice, whatever its case.
    init(_ field: String) throws(SignatureError) {
        let parameters = try Parameters(field)
        keyID = try parameters.quoted("keyId")
        algorithm = try NamedAlgorithm(cavage: try parameters.quotedIfPresent("algorithm"))
        covered = try Self.names(try parameters.quoted("headers"))
        created = try parameters.stamp("created")
        expires = try parameters.stamp("expires")
        guard let bytes = Base64.decode(try parameters.quoted("signature").utf8), !bytes.isEmpty else {
            throw .malformedSignature
        }
        signature = bytes
        try checkStamps()
    }

    /// `(created)` and `(expires)` may only be covered with `hs2019` or no algorithm, and then they must be there.
    private func checkStamps() throws(SignatureError) {
        for (name, stamp) in [("(created)", created), ("(expires)", expires)] where covered.contains(name) {
            guard algorithm == .fromKey, stamp != nil else { throw .badTimestamp(name) }
        }
    }

    private static func names(_ list: String) throws(SignatureError) -> [String] {
        if list.isEmpty { return [] }
        let space = UInt8(ascii: " ")
        guard list.utf8.lazy.filter({ $0 == space }).count < SignatureLimits.names else {
            throw .tooManyNames
        }
        var names: [String] = []
        for part in list.utf8.split(separator: space, omittingEmptySubsequences: false) {
            let name = ASCII.lowercased(Substring(part))
            let isPseudo = ["(request-target)", "(created)", "(expires)"].contains(name)
            guard isPseudo || (!name.isEmpty && name.utf8.allSatisfy(ASCII.isTokenByte)) else {
                throw .unusableComponent(name)
            }
            guard !names.contains(name) else { throw .duplicateComponent(name) }
            names.append(name)
        }
        return names
    }
}

/// The parameters as they stand in the field.
private struct Parameters {
    private enum Value {
        case quoted(String)
        case bare(String)
    }

    private static let limit = 32
    private var entries: [(name: String, value: Value)] = []

    init(_ field: String) throws(SignatureError) {
        var scanner = FieldScanner(field)
        repeat {
            scanner.skipBlanks()
            let name = scanner.takeRun(while: ASCII.isTokenByte)
            guard !name.isEmpty, scanner.take(UInt8(ascii: "=")), entries.count < Self.limit,
                let value = Self.value(&scanner)
            else { throw .malformedField("signature") }
            let lowercased = ASCII.lowercased(name)
            guard !entries.contains(where: { ASCII.matches($0.name, lowercase: lowercased) }) else {
                throw .duplicateParameter(name)
            }
            entries.append((name, value))
            scanner.skipBlanks()
        } while scanner.take(UInt8(ascii: ","))
        guard scanner.isAtEnd else { throw .malformedField("signature") }
    }

    private static func value(_ scanner: inout FieldScanner) -> Value? {
        if scanner.next == UInt8(ascii: "\"") { return scanner.takeQuoted().map { .quoted($0) } }
        let text = scanner.takeRun(while: ASCII.isTokenByte)
        return text.isEmpty ? nil : .bare(text)
    }

    func quotedIfPresent(_ name: String) throws(SignatureError) -> String? {
        switch entries.first(where: { $0.name == name })?.value {
        case .quoted(let text): return text
        case .bare: throw .unusableParameter(name)
        case nil: return nil
        }
    }

    func quoted(_ name: String) throws(SignatureError) -> String {
        guard let text = try quotedIfPresent(name) else { throw .missingParameter(name) }
        return text
    }

    func stamp(_ name: String) throws(SignatureError) -> CavageSignature.Stamp? {
        guard let entry = entries.first(where: { $0.name == name }) else { return nil }
        guard case .bare(let text) = entry.value, let time = SignatureWindow.milliseconds(ofSeconds: text)
        else {
            throw .badTimestamp(name)
        }
        return CavageSignature.Stamp(text: text, milliseconds: time)
    }
}
