import Testing

@testable import HTTPSignatures

/// The rows of attacks.tsv that a draft-cavage signature decides: each refusal beside a twin that passes.
@Suite struct CavageAttackTests {
    private let minute: Int64 = 60_000

    @Test func `the twin of all these passes`() throws {
        #expect(try Sample.refusal(of: Forge.cavage()) == nil)
    }

    @Test func `SIG-01: a request without a signature is refused`() throws {
        #expect(try Sample.refusal(of: Sample.ready()) == .unsigned)
        #expect(try Sample.refusal(of: Sample.get()) == .unsigned)
        #expect(SignatureError.unsigned.isBadRequest == false)
    }

    @Test(arguments: ["digest", "(request-target)", "host", "date"])
    func `SIG-04, SIG-08, SIG-09: a POST that does not cover it is refused`(name: String) throws {
        let message = try Forge.cavage(covered: Forge.usual.filter { $0 != name })
        #expect(try Sample.refusal(of: message) == .notCovered(name))
    }

    @Test(arguments: ["(request-target)", "host", "date"])
    func `SIG-08: a GET that does not cover it is refused, the others suffice`(name: String) throws {
        let covered = ["(request-target)", "host", "date"]
        let message = Sample.get().with([(name: "Date", value: HTTPDate.format(Sample.now / 1_000))])
        #expect(try Sample.refusal(of: Forge.cavage(message, covered: covered)) == nil)
        let lacking = try Forge.cavage(message, covered: covered.filter { $0 != name })
        #expect(try Sample.refusal(of: lacking) == .notCovered(name))
    }

    @Test func `a GET with a body must cover its digest`() throws {
        let message = try Sample.signed(Sample.get())
        #expect(throws: SignatureError.notCovered("digest")) {
            try SignatureClaim.read(message, body: Sample.body, now: Sample.now)
        }
    }

    @Test func `SIG-10: a request signed for another host is refused`() throws {
        let message = try Forge.cavage(Sample.ready().replacing("Host") { _ in "other.example" })
        #expect(try Sample.refusal(of: message) == .wrongHost)
        #expect(try Sample.refusal(of: Sample.ready().with([])) == .unsigned)
        let upper = try Forge.cavage(Sample.ready().replacing("Host") { _ in "South.Example:443" })
        #expect(try Sample.refusal(of: upper) == nil)
        #expect(try Sample.refusal(of: Forge.cavage().without("Host"))?.isBadRequest == false)
    }

    @Test(
        arguments: [(-66, .tooOld), (61, .tooFarAhead), (-100_000, .tooOld), (100_000, .tooFarAhead)]
            as [(Int64, SignatureError)]
    )
    func `SIG-13: a date too old or too far ahead is refused`(minutes: Int64, error: SignatureError) throws {
        let message = try Forge.cavage(Sample.ready(date: Sample.now + minutes * minute))
        #expect(try Sample.refusal(of: message) == error)
    }

    @Test(arguments: [-64, 0, 59] as [Int64])
    func `SIG-13: a date within the window passes`(minutes: Int64) throws {
        #expect(
            try Sample.refusal(of: Forge.cavage(Sample.ready(date: Sample.now + minutes * minute))) == nil
        )
    }

    @Test func `SIG-13: a date that is missing, malformed or there twice is refused with 401`() throws {
        let twice = try Forge.cavage().with([(name: "date", value: HTTPDate.format(Sample.now / 1_000))])
        let malformed = try Forge.cavage(Sample.ready().replacing("Date") { _ in "yesterday" })
        let missing = try Forge.cavage().without("Date")
        for message in [twice, malformed, missing] {
            #expect(try Sample.refusal(of: message) == .badDate)
        }
        #expect(SignatureError.badDate.isBadRequest == false)
    }

    private let dated = ["(request-target)", "host", "date", "(created)", "digest"]

    @Test(arguments: ["hs2019", nil])
    func `created passes with hs2019 or without an algorithm`(algorithm: String?) throws {
        let created = "\(Sample.now / 1_000)"
        let undated = dated.filter { $0 != "date" }
        let message = try Forge.cavage(
            Sample.ready().without("Date"),
            covered: undated,
            algorithm: algorithm,
            created: created
        )
        #expect(try Sample.refusal(of: message) == nil)
    }

    @Test(arguments: ["rsa-sha256", "ed25519"])
    func `SIG-14: created and expires are refused with the old algorithms`(algorithm: String) throws {
        let (now, later) = ("\(Sample.now / 1_000)", "\(Sample.now / 1_000 + 60)")
        let kind: PublicKey.Kind = algorithm == "ed25519" ? .ed25519 : .rsa
        let created = try Forge.cavage(covered: dated, algorithm: algorithm, created: now, kind: kind)
        #expect(try Sample.refusal(of: created, kind: kind) == .badTimestamp("(created)"))
        let expires = try Forge.cavage(
            covered: Forge.usual + ["(expires)"],
            algorithm: algorithm,
            expires: later,
            kind: kind
        )
        #expect(try Sample.refusal(of: expires, kind: kind) == .badTimestamp("(expires)"))
    }

    @Test(arguments: ["-1", "1e30", "9223372036854775808", "abc", "1.5", "\"1800000000\""])
    func `SIG-14: a created or expires that is no whole number is refused with 401`(text: String) throws {
        let created = try Forge.cavage(covered: dated, algorithm: "hs2019", created: text)
        #expect(try Sample.refusal(of: created) == .badTimestamp("created"))
        let expires = try Forge.cavage(algorithm: "hs2019", expires: text)
        #expect(try Sample.refusal(of: expires) == .badTimestamp("expires"))
        #expect(SignatureError.badTimestamp("created").isBadRequest == false)
    }

    @Test(arguments: [(-1, .expired), (0, .expired), (60, nil)] as [(Int64, SignatureError?)])
    func `SIG-14: an expiry in the past is refused`(seconds: Int64, error: SignatureError?) throws {
        let now = Sample.now / 1_000
        let message = try Forge.cavage(
            Sample.ready(date: Sample.now - 5 * minute),
            covered: dated + ["(expires)"],
            algorithm: "hs2019",
            created: "\(now - 300)",
            expires: "\(now + seconds)"
        )
        #expect(try Sample.refusal(of: message) == error)
    }

    @Test(arguments: [(12 * 60, nil), (13 * 60 + 1, .tooOld)] as [(Int64, SignatureError?)])
    func `a signature lives for twelve hours at most, whatever it says`(
        minutes: Int64,
        error: SignatureError?
    ) throws {
        let made = Sample.now - minutes * minute
        let message = try Forge.cavage(
            Sample.ready(date: made),
            covered: dated + ["(expires)"],
            algorithm: "hs2019",
            created: "\(made / 1_000)",
            expires: "\(Sample.now / 1_000 + 86_400)"
        )
        #expect(try Sample.refusal(of: message) == error)
    }

    @Test func `an expiry that is not covered cannot make a signature live longer`() throws {
        let message = try Forge.cavage(Sample.ready(date: Sample.now - 66 * minute))
        let later = message.replacing("Signature") { $0 + ",expires=\(Sample.now / 1_000 + 3_600)" }
        #expect(try Sample.refusal(of: later) == .tooOld)
        let fresh = try Forge.cavage { $0 + ",expires=\(Sample.now / 1_000 - 1)" }
        #expect(try Sample.refusal(of: fresh) == .expired)
    }

    @Test func `a created that is not covered does not say when the signature was made`() throws {
        let made = Sample.now - 10 * minute
        let message = try Forge.cavage(Sample.ready(date: made)) { $0 + ",created=\(Sample.now / 1_000)" }
        let claim = try SignatureClaim.read(message, body: Sample.body, now: Sample.now)
        try claim.verify(with: Sample.publicKey())
        #expect(claim.madeAt == made)
        let stale = try Forge.cavage { $0 + ",created=1" }
        #expect(try Sample.refusal(of: stale) == .tooOld)
    }

    @Test func `an expiry before its beginning is refused`() throws {
        let now = Sample.now / 1_000
        let message = try Forge.cavage(
            covered: dated + ["(expires)"],
            algorithm: "hs2019",
            created: "\(now + 60)",
            expires: "\(now + 30)"
        )
        #expect(try Sample.refusal(of: message) == .badTimestamp("expires"))
    }

    @Test(arguments: ["none", "hmac-sha256", "rsa-sha1", "rsa-sha512", "RSA-SHA256", ""])
    func `SIG-15: other algorithms are refused`(name: String) throws {
        #expect(try Sample.refusal(of: Forge.cavage(algorithm: name)) == .unknownAlgorithm(name))
    }

    @Test func `SIG-15: an algorithm that is not the key's is refused`() throws {
        #expect(try Sample.refusal(of: Forge.cavage(algorithm: "ed25519")) == .wrongKeyKind)
        #expect(try Sample.refusal(of: Forge.cavage(kind: .ed25519), kind: .ed25519) == .wrongKeyKind)
        for kind in [PublicKey.Kind.rsa, .ed25519] {
            #expect(try Sample.refusal(of: Forge.cavage(algorithm: "hs2019", kind: kind), kind: kind) == nil)
        }
        #expect(
            try Sample.refusal(of: Forge.cavage(algorithm: "ed25519", kind: .ed25519), kind: .ed25519) == nil
        )
    }

    @Test(arguments: [
        ("keyId=\"", "keyId=", SignatureError.malformedField("signature")),
        ("keyId=\"", "keyId=\"a\\\"", .malformedField("signature")),
        ("keyId=", "keyId=\"https://evil.example/\",keyId=", .duplicateParameter("keyId")),
        ("keyId=", "keyid=\"https://evil.example/\",keyId=", .duplicateParameter("keyId")),
        ("keyId=", "keyid=", .missingParameter("keyId")),
        ("keyId=", "Signature keyId=", .malformedField("signature")),
        ("keyId=", "keyId =", .malformedField("signature")),
        ("keyId=", ",keyId=", .malformedField("signature")),
        ("algorithm=\"rsa-sha256\"", "algorithm=rsa-sha256", .unusableParameter("algorithm")),
        ("signature=", "x=\"", .malformedField("signature")),
        ("headers=", "heads=", .missingParameter("headers")),
    ])
    func `SIG-16: a key id that could be read in two ways is refused`(
        from: String,
        to: String,
        error: SignatureError
    ) throws {
        let message = try Forge.cavage { $0.replacing(from, with: to, maxReplacements: 1) }
        #expect(try Sample.refusal(of: message) == error)
    }

    @Test func `SIG-16: unknown parameters and white space after commas change nothing`() throws {
        let message = try Forge.cavage { $0.replacing(",", with: ", \t") + ",opaque=\"x\",version=1" }
        #expect(try Sample.refusal(of: message) == nil)
    }

    @Test(arguments: [
        "Signature", "Host", "Digest", "Content-Digest", "Content-Type", "Content-Length", "SIGNATURE",
        "hOST",
    ])
    func `SIG-17, SIG-18: a security field that is there twice is a bad request`(name: String) throws {
        let message = try Forge.cavage(Sample.ready().with([(name: "Content-Length", value: "17")]))
        #expect(try Sample.refusal(of: message) == nil)
        let error = try Sample.refusal(of: message.with([(name: name, value: "south.example")]))
        #expect(error == .duplicateField(ASCII.lowercased(name)))
        #expect(error?.isBadRequest == true)
    }

    @Test func `SIG-23: a digest that is covered but not the body's is refused`() throws {
        let message = try Forge.cavage(Sample.ready().replacing("Digest") { _ in BodyDigest(of: []).digest })
        #expect(try Sample.refusal(of: message) == .digestMismatch("digest"))
        let second = try Forge.cavage(
            Sample.ready().replacing("Content-Digest") { _ in BodyDigest(of: []).contentDigest }
        )
        #expect(try Sample.refusal(of: second) == .digestMismatch("content-digest"))
    }

    @Test(arguments: ["==", " ", "A", "\n"])
    func `SIG-38: junk after the signature is refused`(junk: String) throws {
        let message = try Forge.cavage { String($0.dropLast()) + junk + "\"" }
        #expect(try Sample.refusal(of: message) != nil)
    }

    @Test func `SIG-38: a signature without padding, in the URL alphabet or with white space is refused`()
        throws
    {
        let edits: [(String) -> String] = [
            { $0.replacing("=\"", with: "\"", maxReplacements: .max) },
            { String($0.dropLast(3)) + "\"" },
            { $0.replacing("signature=\"", with: "signature=\"-_-_") },
            { $0.replacing("signature=\"", with: "signature=\" ") },
            { $0.replacing("signature=\"", with: "signature=\"AAAA") },
        ]
        for edit in edits { #expect(try Sample.refusal(of: Forge.cavage(edit: edit)) != nil) }
    }

    @Test func `SIG-39: a query may be signed or not, the path must be`() throws {
        let message = Sample.ready(target: "/ap/inbox?a=b")
        #expect(try Sample.refusal(of: Forge.cavage(message)) == nil)
        let unsigned = try Forge.cavage(message, target: .pathOnly)
        #expect(try Sample.refusal(of: unsigned) == nil)
        let moved = HTTPMessage(
            method: "POST",
            authority: "south.example",
            target: "/ap/x?a=b",
            fields: unsigned.fields
        )
        #expect(try Sample.refusal(of: moved) == .doesNotVerify)
    }

    @Test(arguments: ["acct:ada@north.example", "ACCT:ada@north.example", ""])
    func `SIG-45: a key id in acct: form is refused`(id: String) throws {
        let message = try Forge.cavage { $0.replacing(Sample.keyID, with: id) }
        #expect(try Sample.refusal(of: message) == .unusableKeyID)
    }

    @Test func `SIG-27: a key id of more than 2048 bytes is refused`() throws {
        let long = "https://a/" + String(repeating: "a", count: 2_038)
        #expect(try Sample.refusal(of: Forge.cavage { $0.replacing(Sample.keyID, with: long) }) == nil)
        let longer = try Forge.cavage { $0.replacing(Sample.keyID, with: long + "a") }
        #expect(try Sample.refusal(of: longer) == .unusableKeyID)
    }

    @Test func `SIG-46: an empty or absent list of covered names is refused with 401`() throws {
        let list = "headers=\"\(Forge.usual.joined(separator: " "))\""
        let empty = try Forge.cavage { $0.replacing(list, with: "headers=\"\"") }
        #expect(try Sample.refusal(of: empty) == .notCovered("(request-target)"))
        let absent = try Forge.cavage { $0.replacing(list + ",", with: "") }
        #expect(try Sample.refusal(of: absent) == .missingParameter("headers"))
    }

    @Test func `SIG-47: names in upper case are covered as in lower case`() throws {
        let upper = ["(Request-Target)", "Host", "DATE", "Digest"]
        #expect(try Sample.refusal(of: Forge.cavage(covered: upper)) == nil)
        let body: [UInt8] = [1]
        #expect(try Sample.refusal(of: Forge.cavage(covered: upper), body: body) == .digestMismatch("digest"))
        #expect(
            try Sample.refusal(of: Forge.cavage(covered: upper + ["host"])) == .duplicateComponent("host")
        )
    }

    @Test func `SIG-48: too many names and too long fields are refused at once`() throws {
        let many = try Forge.cavage {
            $0.replacing("headers=\"", with: "headers=\"" + String(repeating: "a ", count: 2_000))
        }
        let long = Sample.ready().with([(name: "Signature", value: String(repeating: "a", count: 100_000))])
        let names = Sample.ready().with([
            (name: "Signature", value: "headers=\"" + String(repeating: "date ", count: 10_000) + "\"")
        ])
        let clock = ContinuousClock()
        let start = clock.now
        #expect(throws: SignatureError.tooManyNames) { try SignatureClaim.read(many, body: [], now: 0) }
        #expect(throws: SignatureError.tooLarge) { try SignatureClaim.read(long, body: [], now: 0) }
        #expect(throws: SignatureError.tooLarge) { try SignatureClaim.read(names, body: [], now: 0) }
        #expect(clock.now - start < .milliseconds(200))
        #expect(SignatureError.tooManyNames.isBadRequest && SignatureError.tooLarge.isBadRequest)
    }

    @Test func `a covered field that is missing or has a line break is refused`() throws {
        let message = Sample.ready().with([(name: "X-Extra", value: "a")])
        let signed = try Forge.cavage(message, covered: Forge.usual + ["x-extra"])
        #expect(try Sample.refusal(of: signed) == nil)
        #expect(try Sample.refusal(of: signed.without("X-Extra")) == .missingField("x-extra"))
        let split = signed.replacing("X-Extra") { $0 + "\nhost: other.example" }
        #expect(try Sample.refusal(of: split) == .malformedField("x-extra"))
    }

    @Test func `a field with a byte changed or cut off never traps, and passes only where nothing signed it`()
        throws
    {
        let message = try Forge.cavage()
        let bytes = [UInt8](try #require(message.fields.last).value.utf8)
        let key = try Sample.publicKey()
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x11
            for variant in [changed, [UInt8](bytes[..<index])] {
                let broken = message.replacing("Signature") { _ in String(decoding: variant, as: UTF8.self) }
                guard let claim = try? SignatureClaim.read(broken, body: Sample.body, now: Sample.now),
                    (try? claim.verify(with: key)) != nil
                else { continue }
                // The draft signs neither the key id nor the algorithm's name: these may be changed by anybody.
                let text = String(decoding: variant, as: UTF8.self)
                #expect(claim.keyID != Sample.keyID || !text.contains("algorithm=\""))
            }
        }
    }

    @Test func `what the peer is told names no rule, what operators are told is one clean line`() {
        #expect(SignatureError.unsigned.peerText == SignatureError.doesNotVerify.peerText)
        #expect(SignatureError.tooLarge.peerText == SignatureError.duplicateField("host").peerText)
        let text = SignatureError.unknownAlgorithm("a\nb\u{7f}é" + String(repeating: "x", count: 500))
            .operatorText
        #expect(text.utf8.count < 120 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
}
