import Testing

@testable import HTTPSignatures

/// The test cases of RFC 9421 appendix B, which cover less than we ask for and so verify below the rules.
@Suite struct RFC9421VectorTests {
    private func input(_ message: HTTPMessage) throws -> SignatureInput {
        try SignatureInput(try #require(SecurityFields(message).signatureInput))
    }

    private func base(_ message: HTTPMessage) throws -> [UInt8] {
        let input = try input(message)
        return try ComponentBase.make(input.components, parameters: input.serialized, of: message)
    }

    private func signature(_ message: HTTPMessage) throws -> [UInt8] {
        let members = StructuredDictionary(try #require(SecurityFields(message).signature))?.members
        return try #require(members?.first?.value.bytes)
    }

    private func ed25519() throws -> PublicKey {
        let pem = try PEM(Fixture.text("rfc9421/test-key-ed25519.public.pem"))
        return try PublicKey(multibase: Multikey.encode(pem.bytes.suffix(32)))
    }

    @Test(arguments: ["b23", "b25", "b26"])
    func `the signature base of B.2 is as printed`(name: String) throws {
        let message = try Fixture.request("rfc9421/request.http", fields: "rfc9421/\(name).fields.txt")
            .message
        #expect(try base(message) == [UInt8](Fixture.text("rfc9421/\(name).base.txt").utf8))
    }

    @Test func `the signature base of B.3 is as printed`() throws {
        let message = try Fixture.request("rfc9421/b3.http").message
        #expect(try base(message) == [UInt8](Fixture.text("rfc9421/b3.base.txt").utf8))
    }

    @Test func `the signature base of B.2.1 has the nonce and nothing covered`() throws {
        let message = try Fixture.request("rfc9421/request.http", fields: "rfc9421/b21.fields.txt").message
        #expect(try base(message) == [UInt8](Fixture.text("rfc9421/b21.base.txt").utf8))
    }

    @Test func `the Ed25519 signature of B.2.6 verifies and is made alike`() throws {
        let message = try Fixture.request("rfc9421/request.http", fields: "rfc9421/b26.fields.txt").message
        let signature = try signature(message)
        #expect(try ed25519().verifies(signature, over: base(message)))
        #expect(try !ed25519().verifies(signature, over: base(message) + [0]))
        // Ed25519 is deterministic, but swift-crypto may add randomness: only what verifies is promised.
        let own = try SigningKey(
            ed25519Seed: "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=",
            keyID: "test-key-ed25519"
        )
        #expect(try ed25519().verifies(own.sign(base(message)), over: base(message)))
    }

    @Test(arguments: [(1, true), (2, true), (3, true), (4, true), (5, false), (6, false)])
    func `the transformed messages of B.4 verify or fail as the RFC says`(number: Int, isValid: Bool) throws {
        let message = try Fixture.request("rfc9421/b4-\(number).http").message
        #expect(try ed25519().verifies(signature(message), over: base(message)) == isValid)
        #expect(try (base(message) == [UInt8](Fixture.text("rfc9421/b4.base.txt").utf8)) == isValid)
    }

    @Test func `a parameter on a component (B.2.2) and a response's status (B.2.4) are refused`() throws {
        let query = try Fixture.request("rfc9421/request.http", fields: "rfc9421/b22.fields.txt").message
        #expect(throws: SignatureError.unusableComponent("@query-param")) { try input(query) }
        let status = try Fixture.request("rfc9421/request.http", fields: "rfc9421/b24.fields.txt").message
        #expect(throws: SignatureError.unusableComponent("@status")) { try input(status) }
    }

    @Test func `an rsa-v1_5-sha256 signature that OpenSSL made passes all rules`() throws {
        let (message, body) = try Fixture.request(
            "rfc9421/request.http",
            fields: "rfc9421/made-rsa.fields.txt"
        )
        #expect(try base(message) == [UInt8](Fixture.text("rfc9421/made-rsa.base.txt").utf8))
        let claim = try SignatureClaim.read(message, body: body, now: 1_618_884_473_000)
        #expect(claim.keyID == "test-key-rsa")
        #expect(claim.scheme == .rfc9421)
        #expect(claim.madeAt == 1_618_884_473_000)
        try claim.verify(with: PublicKey(pem: Fixture.text("rfc9421/test-key-rsa.public.pem")))
        let other = try PublicKey(pem: Fixture.text("rfc9421/test-key-rsa-pss.public.pem"))
        #expect(throws: SignatureError.doesNotVerify) { try claim.verify(with: other) }
    }

    @Test(arguments: [
        ("@method", "POST"), ("@target-uri", "https://south.example/a/b?c=d"),
        ("@authority", "south.example"),
        ("@scheme", "https"), ("@request-target", "/a/b?c=d"), ("@path", "/a/b"), ("@query", "?c=d"),
    ])
    func `derived components have the values of section 2.2`(name: String, value: String) throws {
        let message = HTTPMessage(
            method: "POST",
            authority: "South.Example:443",
            target: "/a/b?c=d",
            fields: []
        )
        #expect(try MessageComponent.value(name, of: message) == [UInt8](value.utf8))
    }

    @Test func `an absent query is a question mark, an empty one too, and other ports stay`() throws {
        let message = HTTPMessage(
            method: "GET",
            scheme: "http",
            authority: "a.example:8081",
            target: "/x",
            fields: []
        )
        #expect(try MessageComponent.value("@query", of: message) == [UInt8]("?".utf8))
        #expect(try MessageComponent.value("@authority", of: message) == [UInt8]("a.example:8081".utf8))
        let empty = HTTPMessage(
            method: "GET",
            scheme: "http",
            authority: "a.example:80",
            target: "/x?",
            fields: []
        )
        #expect(try MessageComponent.value("@query", of: empty) == [UInt8]("?".utf8))
        #expect(try MessageComponent.value("@authority", of: empty) == [UInt8]("a.example".utf8))
    }
}
