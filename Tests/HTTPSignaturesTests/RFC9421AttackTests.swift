import Testing

@testable import HTTPSignatures

/// The rows of attacks.tsv that an RFC 9421 signature decides: each refusal beside a twin that passes.
@Suite struct RFC9421AttackTests {
    private static let seconds = Sample.now / 1_000

    @Test func `the twin of all these passes`() throws {
        #expect(try Sample.refusal(of: Forge.rfc9421()) == nil)
        #expect(try Sample.refusal(of: Forge.rfc9421(kind: .ed25519), kind: .ed25519) == nil)
    }

    @Test func `SIG-19: a draft-cavage signature beside a Signature-Input is refused`() throws {
        let cavage = try Forge.cavage()
        let input = try #require(try Forge.rfc9421().fields.first { $0.name == "Signature-Input" })
        #expect(try Sample.refusal(of: cavage.with([input])) == .mixedSchemes)
        let both = try Forge.rfc9421().with([#require(cavage.fields.last)])
        #expect(try Sample.refusal(of: both) == .duplicateField("signature"))
        let joined = try Forge.rfc9421().replacing("Signature") { $0 + ",keyId=\"https://evil.example/\"" }
        #expect(try Sample.refusal(of: joined) == .malformedField("signature"))
        let alone = try Forge.rfc9421().without("Signature-Input")
        #expect(try Sample.refusal(of: alone) == .malformedField("signature"))
    }

    @Test func `SIG-17: two Signature-Input fields are a bad request`() throws {
        let message = try Forge.rfc9421()
        let input = try #require(message.fields.first { $0.name == "Signature-Input" })
        #expect(try Sample.refusal(of: message.with([input])) == .duplicateField("signature-input"))
        #expect(try Sample.refusal(of: message.without("Signature")) == .unsigned)
    }

    @Test(arguments: ["@method", "@target-uri", "content-digest"])
    func `SIG-20: a POST that does not cover it is refused`(name: String) throws {
        let message = try Forge.rfc9421(components: Forge.components.filter { $0 != name })
        #expect(try Sample.refusal(of: message) == .notCovered(name))
    }

    @Test func `SIG-20: a signature without created or keyid is refused`() throws {
        let undated = try Forge.rfc9421(parameters: ";keyid=\"\(Sample.keyID)\"")
        #expect(try Sample.refusal(of: undated) == .missingParameter("created"))
        let anonymous = try Forge.rfc9421(parameters: ";created=\(Self.seconds)")
        #expect(try Sample.refusal(of: anonymous) == .missingParameter("keyid"))
    }

    @Test(arguments: [
        ["@method", "@authority", "@path", "content-digest"],
        ["@method", "@authority", "@path", "@query", "content-digest"],
        ["@method", "@authority", "@request-target", "content-digest"],
        ["@method", "@target-uri", "host", "date", "content-digest", "content-type", "@scheme"],
    ])
    func `SIG-20: other ways to cover the target pass`(components: [String]) throws {
        #expect(
            try Sample.refusal(of: Forge.rfc9421(Sample.ready(target: "/i?a=b"), components: components))
                == nil
        )
    }

    @Test(arguments: [
        ["@method", "@path", "content-digest"], ["@method", "@authority", "content-digest"], [],
    ])
    func `SIG-20: half of the target is refused`(components: [String]) throws {
        #expect(try Sample.refusal(of: Forge.rfc9421(components: components))?.isBadRequest == false)
    }

    @Test func `SIG-21: two labels are refused`() throws {
        let message = try Forge.rfc9421()
        let two = message.replacing("Signature-Input") { "\($0), sig2\($0.dropFirst(4))" }
            .replacing("Signature") { "\($0), sig2\($0.dropFirst(4))" }
        #expect(try Sample.refusal(of: two) == .notOneLabel)
        let more = message.replacing("Signature") { "\($0), sig2=:AAAA:" }
        #expect(try Sample.refusal(of: more) == .notOneLabel)
        let again = message.replacing("Signature-Input") { "\($0), \($0)" }
        #expect(try Sample.refusal(of: again) == .malformedField("signature-input"))
    }

    @Test func `SIG-21: labels that differ are refused, any one label passes`() throws {
        #expect(try Sample.refusal(of: Forge.rfc9421(labels: ("a", "b"))) == .notOneLabel)
        #expect(try Sample.refusal(of: Forge.rfc9421(labels: ("x-1", "x-1"))) == nil)
    }

    @Test func `SIG-21: a component that is covered twice is refused`() throws {
        let message = try Forge.rfc9421(components: Forge.components + ["@method"])
        #expect(try Sample.refusal(of: message) == .duplicateComponent("@method"))
    }

    @Test(arguments: [";bs", ";req", ";sf", ";key=\"a\"", ";tr", ";name=\"a\"", ";x=1", ";bs=?0"])
    func `SIG-21: a parameter on a component is refused`(parameter: String) throws {
        let list = "\"@method\" \"@target-uri\" \"content-digest\"\(parameter)"
        #expect(try Sample.refusal(of: Forge.rfc9421(list: list)) == .unusableComponent("content-digest"))
    }

    @Test(arguments: ["@status", "@query-param", "@unknown", "Content-Type", "", "a b", "@signature-params"])
    func `SIG-21: a component that we do not derive is refused`(name: String) throws {
        let list = "\"@method\" \"@target-uri\" \"content-digest\" \"\(name)\""
        #expect(try Sample.refusal(of: Forge.rfc9421(list: list)) == .unusableComponent(name))
    }

    @Test(arguments: [
        (";x=1", SignatureError.unusableParameter("x")), (";nonce=1", .unusableParameter("nonce")),
        (";alg=rsa", .unusableParameter("alg")), (";alg=\"hmac-sha256\"", .unknownAlgorithm("hmac-sha256")),
        (";alg=\"rsa-pss-sha512\"", .unknownAlgorithm("rsa-pss-sha512")), (";alg=\"ed25519\"", .wrongKeyKind),
        (";keyid=\"a\"", .malformedField("signature-input")), (";expires=abc", .badTimestamp("expires")),
        (";expires=-1", .badTimestamp("expires")), (";expires", .badTimestamp("expires")),
    ])
    func `SIG-21: unknown parameters and algorithms that are not the key's are refused`(
        more: String,
        error: SignatureError
    ) throws {
        #expect(try Sample.refusal(of: Forge.rfc9421(parameters: Forge.parameters + more)) == error)
    }

    @Test(arguments: [";alg=\"rsa-v1_5-sha256\"", ";nonce=\"x\"", ";tag=\"y\"", ";expires=\(seconds + 60)"])
    func `SIG-21: the registered parameters pass`(more: String) throws {
        #expect(try Sample.refusal(of: Forge.rfc9421(parameters: Forge.parameters + more)) == nil)
    }

    @Test(arguments: ["-1", "1e30", "9223372036854775808", "abc", "1.5", "\"1800000000\""])
    func `SIG-14: a created that is no whole number is refused with 401`(text: String) throws {
        let message = try Forge.rfc9421(parameters: ";created=\(text);keyid=\"\(Sample.keyID)\"")
        #expect(try Sample.refusal(of: message) == .badTimestamp("created"))
    }

    @Test(
        arguments: [(-66, .tooOld), (-64, nil), (59, nil), (61, .tooFarAhead)] as [(Int64, SignatureError?)]
    )
    func `SIG-13: created has the same window as a date`(minutes: Int64, error: SignatureError?) throws {
        let created = Self.seconds + minutes * 60
        let message = try Forge.rfc9421(parameters: ";created=\(created);keyid=\"\(Sample.keyID)\"")
        #expect(try Sample.refusal(of: message) == error)
    }

    @Test func `SIG-22: a forwarded host changes nothing`() throws {
        let forwarded = Sample.ready().with([(name: "X-Forwarded-Host", value: "other.example")])
        #expect(try Sample.refusal(of: Forge.rfc9421(forwarded)) == nil)
        let other = HTTPMessage(
            method: "POST",
            authority: "other.example",
            target: "/ap/inbox",
            fields: forwarded.fields
        )
        #expect(try Sample.refusal(of: Forge.rfc9421(forwarded, signedAs: other)) == .doesNotVerify)
        let plain = HTTPMessage(
            method: "POST",
            scheme: "http",
            authority: "south.example",
            target: "/ap/inbox",
            fields: forwarded.fields
        )
        #expect(try Sample.refusal(of: Forge.rfc9421(forwarded, signedAs: plain)) == .doesNotVerify)
    }

    @Test func `SIG-10: a Host field that is not our authority is refused`() throws {
        let message = Sample.ready().replacing("Host") { _ in "other.example" }
        #expect(try Sample.refusal(of: Forge.rfc9421(message)) == .wrongHost)
        #expect(try Sample.refusal(of: Forge.rfc9421().without("Host")) == .wrongHost)
    }

    @Test func `SIG-23: a wrong sha-256 beside a right sha-512 is refused, two right ones pass`() throws {
        let sha512 = "sha-512=:\(Base64.encode(DigestAlgorithm.sha512.hash(Sample.body))):"
        let right = Sample.ready().replacing("Content-Digest") { "\($0), \(sha512)" }
        #expect(try Sample.refusal(of: Forge.rfc9421(right)) == nil)
        let wrong = right.replacing("Content-Digest") { _ in "\(BodyDigest(of: []).contentDigest), \(sha512)"
        }
        #expect(try Sample.refusal(of: Forge.rfc9421(wrong)) == .digestMismatch("content-digest"))
        let broken = Sample.ready().replacing("Content-Digest") { _ in "sha-256=oops" }
        #expect(try Sample.refusal(of: Forge.rfc9421(broken)) == .malformedDigest("content-digest"))
    }

    @Test(arguments: ["=: ", "=:-_-_", "=:=", "=:AAAA"])
    func `SIG-38: a signature in loose Base64 is refused`(start: String) throws {
        let message = try Forge.rfc9421()
        #expect(try Sample.refusal(of: message) == nil)
        #expect(
            try Sample.refusal(of: message.replacing("Signature") { $0.replacing("=:", with: start) }) != nil
        )
    }

    @Test func `SIG-45: a key id in acct: form is refused`() throws {
        let message = try Forge.rfc9421(
            parameters: ";created=\(Self.seconds);keyid=\"acct:ada@north.example\""
        )
        #expect(try Sample.refusal(of: message) == .unusableKeyID)
    }

    @Test func `SIG-48: too many components are refused`() throws {
        let names = (0..<65).map { "\"x\($0)\"" }.joined(separator: " ")
        #expect(try Sample.refusal(of: Forge.rfc9421(list: names)) == .tooManyNames)
    }

    @Test func `spaces that the grammar allows change nothing`() throws {
        let message = try Forge.rfc9421().replacing("Signature-Input") {
            $0.replacing("=(", with: "=(  ").replacing("\" \"", with: "\"  \"").replacing(";", with: "; ")
        }
        #expect(try Sample.refusal(of: message) == nil)
    }

    @Test(arguments: ["Signature-Input", "Signature"])
    func `a field with a byte changed or cut off never passes and never traps`(name: String) throws {
        let message = try Forge.rfc9421()
        let bytes = [UInt8](try #require(message.fields.first { $0.name == name }).value.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x11
            for variant in [changed, [UInt8](bytes[..<index])] {
                let broken = message.replacing(name) { _ in String(decoding: variant, as: UTF8.self) }
                #expect(try Sample.refusal(of: broken) != nil)
            }
        }
    }
}
