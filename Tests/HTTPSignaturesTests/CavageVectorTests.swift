import Testing

@testable import HTTPSignatures

/// The test values of draft-cavage-12 appendix C, whose key has 1024 bits, so they verify below the rules.
@Suite struct CavageVectorTests {
    private static let vectors: [(name: String, covered: [String])] = [
        ("default", ["date"]),
        ("basic", ["(request-target)", "host", "date"]),
        ("all", ["(request-target)", "host", "date", "content-type", "digest", "content-length"]),
    ]

    @Test(arguments: vectors)
    func `the signature of appendix C verifies and is made alike`(name: String, covered: [String]) throws {
        let message = try Fixture.request("cavage/request.http").message
        let base = try CavageBase.make(covered, of: message)
        let signature = try #require(Base64.decode(Fixture.text("cavage/\(name).signature.txt").utf8))
        let published = try PublicKey(pem: Fixture.text("cavage/test.public.pem"), strength: .anything)
        #expect(published.verifies(signature, over: base))
        #expect(!published.verifies(signature, over: base + [0]))
        let own = try RSAKey.privateKey(pem: Fixture.text("cavage/test.private.pem"), strength: .anything)
        #expect(own.sign(base) == signature)
    }

    @Test func `the base of the All Headers test is as printed`() throws {
        let message = try Fixture.request("cavage/request.http").message
        let base = try CavageBase.make(Self.vectors[2].covered, of: message)
        #expect(
            String(decoding: base, as: UTF8.self) == """
                (request-target): post /foo?param=value&pet=dog
                host: example.com
                date: Sun, 05 Jan 2014 21:31:40 GMT
                content-type: application/json
                digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=
                content-length: 18
                """
        )
    }

    @Test func `the 1024-bit key of appendix C is refused outside of these tests`() throws {
        let pem = try Fixture.text("cavage/test.public.pem")
        #expect(throws: KeyError.size(bits: 1024)) { try PublicKey(pem: pem) }
    }

    @Test func `a field that is there twice is joined with a comma and a space`() {
        let message = Sample.get().with([(name: "X-Two", value: " a "), (name: "x-two", value: "\tb")])
        #expect(message.combinedValue(of: "x-two") == [UInt8]("a, b".utf8))
        #expect(message.combinedValue(of: "x-three") == nil)
    }
}
