/// What a message's signature claims, after everything that can be judged without the key.
///
/// Verifying takes two steps because the key is looked up in between: `read` finds out whose key, `verify` uses it. Both
/// draft-cavage-12 and RFC 9421 end here. The rules run in the order of what they cost.
public struct SignatureClaim: Sendable {
    /// The key's id as it was given, at most 2048 printable ASCII bytes.
    ///
    /// It is not yet known to be a URI of any kind.
    public let keyID: String
    /// The specification that it follows.
    public let scheme: SigningScheme
    /// When it was made, in milliseconds since the epoch: `created`, else the Date field.
    public let madeAt: Int64

    /// The names of the fields and other components that it covers, in lower case.
    private let covered: [String]
    private let algorithm: NamedAlgorithm
    private let signature: [UInt8]
    private let base: [UInt8]
    /// The base without the query, which some servers do not sign; nil when there is no query.
    private let baseWithoutQuery: [UInt8]?

    /// Reads and judges the signature of a request.
    ///
    /// - Parameters:
    ///   - message: the request; its authority and scheme are those of our own configuration.
    ///   - body: the exact bytes received; nil or empty when there are none.
    ///   - now: milliseconds since the epoch.
    /// - Returns: the claim, which is worth nothing before `verify`.
    /// - Throws: `SignatureError`; nothing about the request may be believed then.
    public static func read(
        _ message: HTTPMessage,
        body: [UInt8]?,
        now: Int64
    ) throws(SignatureError) -> SignatureClaim {
        let fields = try SecurityFields(message)
        guard let signature = fields.signature else { throw .unsigned }
        guard max(signature.utf8.count, fields.signatureInput?.utf8.count ?? 0) <= SignatureLimits.fieldBytes
        else {
            throw .tooLarge
        }
        let claim =
            if let input = fields.signatureInput {
                try SignatureClaim(rfc9421: input, signature, of: message, body: body, now: now)
            } else {
                try SignatureClaim(cavage: signature, date: fields.date, of: message, body: body, now: now)
            }
        guard let host = fields.host, message.isAddressed(toHost: host) else { throw .wrongHost }
        if let digest = fields.digest { try DigestClaim(digest: digest).check(body ?? []) }
        if let digest = fields.contentDigest { try DigestClaim(contentDigest: digest).check(body ?? []) }
        return claim
    }

    /// Whether a field, in lower case, is covered: what is not covered anybody may have put there.
    public func covers(_ field: String) -> Bool { covered.contains(field) }

    /// Tells whether the signature is that key's.
    ///
    /// - Throws: `wrongKeyKind` when the signature names another algorithm; `doesNotVerify`.
    public func verify(with key: PublicKey) throws(SignatureError) {
        guard algorithm.allows(key.kind) else { throw .wrongKeyKind }
        if key.verifies(signature, over: base) { return }
        guard let baseWithoutQuery, key.verifies(signature, over: baseWithoutQuery) else {
            throw .doesNotVerify
        }
    }

    private init(
        cavage field: String,
        date: String?,
        of message: HTTPMessage,
        body: [UInt8]?,
        now: Int64
    ) throws(SignatureError) {
        let parsed = try CavageSignature(field)
        try Self.checkKeyID(parsed.keyID)
        try Coverage.check(cavage: parsed.covered, of: message, body: body)
        let madeAt = try Self.time(of: parsed, date: date, now: now)
        keyID = parsed.keyID
        scheme = .cavage
        covered = parsed.covered
        self.madeAt = madeAt
        algorithm = parsed.algorithm
        signature = parsed.signature
        let (created, expires) = (parsed.created?.text, parsed.expires?.text)
        base = try CavageBase.make(parsed.covered, of: message, created: created, expires: expires)
        baseWithoutQuery =
            message.query == nil
            ? nil
            : try CavageBase.make(
                parsed.covered,
                of: message,
                target: .pathOnly,
                created: created,
                expires: expires
            )
    }

    private init(
        rfc9421 inputField: String,
        _ signatureField: String,
        of message: HTTPMessage,
        body: [UInt8]?,
        now: Int64
    ) throws(SignatureError) {
        let input = try SignatureInput(inputField)
        let members = try Self.signatures(signatureField)
        guard members.count == 1, let member = members.first, ASCII.areSame(member.name, input.label) else {
            throw .notOneLabel
        }
        guard let bytes = member.value.bytes, !bytes.isEmpty else { throw .malformedSignature }
        try Self.checkKeyID(input.keyID)
        try Coverage.check(rfc9421: input.components, of: message, body: body)
        try SignatureWindow.check(madeAt: input.created, expires: input.expires, now: now)
        keyID = input.keyID
        scheme = .rfc9421
        covered = input.components
        madeAt = input.created
        algorithm = input.algorithm
        signature = bytes
        base = try ComponentBase.make(input.components, parameters: input.serialized, of: message)
        baseWithoutQuery = nil
    }

    /// Judges the times of a draft-cavage signature, and finds the one it was made at.
    ///
    /// Only what is covered counts for it. A `created` or `expires` that is not covered may have been put there by
    /// anybody: it can make a request too old, never younger.
    private static func time(
        of parsed: CavageSignature,
        date: String?,
        now: Int64
    ) throws(SignatureError) -> Int64 {
        let dated = parsed.covered.contains("date") ? try milliseconds(ofDate: date) : nil
        let created = parsed.covered.contains("(created)") ? parsed.created?.milliseconds : nil
        let expires = parsed.covered.contains("(expires)") ? parsed.expires?.milliseconds : nil
        guard let madeAt = created ?? dated else { throw .badDate }
        for time in [parsed.created?.milliseconds, dated] {
            guard let time else { continue }
            try SignatureWindow.check(madeAt: time, expires: expires, now: now)
        }
        if let expiry = parsed.expires?.milliseconds, expiry <= now { throw .expired }
        return madeAt
    }

    /// The members of the Signature field beside a Signature-Input field.
    private static func signatures(
        _ field: String
    ) throws(SignatureError) -> [(name: String, value: StructuredDictionary.Member)] {
        if let members = StructuredDictionary(field)?.members { return members }
        throw (try? CavageSignature(field)) != nil ? .mixedSchemes : .malformedField("signature")
    }

    private static func milliseconds(ofDate field: String?) throws(SignatureError) -> Int64 {
        guard let field, let seconds = HTTPDate.parse(ASCII.trimmed(field[...].utf8)) else { throw .badDate }
        return seconds * 1_000
    }

    private static func checkKeyID(_ id: String) throws(SignatureError) {
        let isAccount = id.utf8.count >= 5 && ASCII.matches(Substring(id.utf8.prefix(5)), lowercase: "acct:")
        guard (1...SignatureLimits.keyIDBytes).contains(id.utf8.count), !isAccount else {
            throw .unusableKeyID
        }
    }
}
