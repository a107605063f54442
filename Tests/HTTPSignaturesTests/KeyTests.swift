import Testing

@testable import HTTPSignatures

@Suite struct KeyTests {
    /// DER: a tag, a length, a content.
    private static func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(rest & 0xFF), at: 0)
            rest >>= 8
        }
        if content.count < 128 { return [tag, UInt8(content.count)] + content }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    private static func integer(_ bytes: [UInt8]) -> [UInt8] {
        der(0x02, (bytes.first ?? 0) >= 0x80 ? [0] + bytes : bytes)
    }

    /// A public key with a modulus that is as long as it should be but the product of nothing in particular.
    private static func pem(
        bits: Int = 2048,
        exponent: [UInt8] = [1, 0, 1],
        odd: Bool = true,
        pkcs1: Bool = false,
        trailing: [UInt8] = []
    ) -> String {
        var modulus = (0..<((bits + 7) / 8)).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        let top = UInt8(1 << ((bits - 1) % 8))
        modulus[0] = modulus[0] & (top - 1) | top
        modulus[modulus.count - 1] = modulus[modulus.count - 1] & 0xFE | (odd ? 1 : 0)
        let key = der(0x30, integer(modulus) + integer(exponent))
        if pkcs1 { return PEM(label: "RSA PUBLIC KEY", bytes: key + trailing).text }
        let rsaEncryption = der(
            0x30,
            [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00]
        )
        return PEM(label: "PUBLIC KEY", bytes: der(0x30, rsaEncryption + der(0x03, [0] + key)) + trailing)
            .text
    }

    @Test(arguments: [(2048, false), (2048, true), (3072, false), (4096, false), (4096, true)])
    func `SIG-31: RSA keys of 2048 to 4096 bits are accepted as SPKI and PKCS#1`(bits: Int, pkcs1: Bool)
        throws
    {
        #expect(try PublicKey(pem: Self.pem(bits: bits, pkcs1: pkcs1)).kind == .rsa)
    }

    @Test(arguments: [512, 1024, 2047, 4097, 8192, 16_384], [false, true])
    func `SIG-31: shorter and longer ones are refused`(bits: Int, pkcs1: Bool) {
        #expect(throws: KeyError.size(bits: bits)) { try PublicKey(pem: Self.pem(bits: bits, pkcs1: pkcs1)) }
    }

    @Test(
        arguments: [[1], [3], [17], [1, 0, 0], [1, 0, 2], [2, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0, 0, 0, 1]]
            as [[UInt8]]
    )
    func `SIG-31: exponents that are small, even or huge are refused`(exponent: [UInt8]) {
        #expect(throws: KeyError.exponent) { try PublicKey(pem: Self.pem(exponent: exponent)) }
    }

    @Test func `SIG-31: a larger odd exponent is accepted`() throws {
        _ = try PublicKey(pem: Self.pem(exponent: [1, 0, 0, 0, 1]))
    }

    @Test func `SIG-31: an even modulus is refused`() {
        #expect(throws: KeyError.evenModulus) { try PublicKey(pem: Self.pem(odd: false)) }
    }

    @Test func `SIG-31: an EC key is refused`() throws {
        let pem = try Fixture.text("rfc9421/test-key-ecc-p256.public.pem")
        #expect(throws: KeyError.notRSA) { try PublicKey(pem: pem) }
    }

    @Test func `SIG-31: an Ed25519 key in PEM is refused`() throws {
        let pem = try Fixture.text("rfc9421/test-key-ed25519.public.pem")
        #expect(throws: KeyError.notRSA) { try PublicKey(pem: pem) }
    }

    @Test func `a private key is not taken for a public one`() throws {
        let pem = try Sample.rsa.get().privateText()
        #expect(throws: KeyError.notRSA) { try PublicKey(pem: pem) }
    }

    @Test func `bytes after the key are refused`() {
        #expect(throws: KeyError.notRSA) { try PublicKey(pem: Self.pem(trailing: [0])) }
        #expect(throws: KeyError.notRSA) { try PublicKey(pem: Self.pem(pkcs1: true, trailing: [0])) }
    }

    @Test func `white space around the block and CRLF lines are accepted`() throws {
        _ = try PublicKey(
            pem: "\n  " + Self.pem().split(separator: "\n").joined(separator: "\r\n") + "\r\n\n"
        )
    }

    @Test(arguments: [
        "", "garbage", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nA*AA\n-----END PUBLIC KEY-----",
        "-----BEGIN -----\nAAAA\n-----END -----",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
    ])
    func `SIG-31: a garbage PEM is refused`(text: String) {
        #expect(throws: KeyError.malformedPEM) { try PublicKey(pem: text) }
        #expect(throws: KeyError.malformedPEM) { try SigningKey(rsaPEM: text, keyID: "x") }
    }

    @Test func `two blocks and text of more than 16 KiB are refused`() {
        #expect(throws: KeyError.malformedPEM) { try PublicKey(pem: Self.pem() + Self.pem()) }
        #expect(throws: KeyError.malformedPEM) {
            try PublicKey(pem: Self.pem() + String(repeating: "\n", count: 16_384))
        }
    }

    @Test func `garbage DER of every length is refused and nothing traps`() throws {
        let whole = try PEM(Self.pem()).bytes
        for count in stride(from: 1, to: whole.count, by: 3) {
            let cut = PEM(label: "PUBLIC KEY", bytes: [UInt8](whole.prefix(count))).text
            #expect(throws: KeyError.notRSA) { try PublicKey(pem: cut) }
        }
    }

    @Test func `PKCS#1 and PKCS#8 private keys sign alike`() throws {
        let pkcs1 = try SigningKey(
            rsaPEM: Fixture.text("rfc9421/test-key-rsa.private.pem"),
            keyID: "test-key-rsa"
        )
        let pkcs8 = try SigningKey(rsaPEM: pkcs1.privateText(), keyID: "test-key-rsa")
        #expect(try pkcs1.privateText().hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try pkcs1.sign([1, 2, 3]) == pkcs8.sign([1, 2, 3]))
        let published = try PublicKey(pem: Fixture.text("rfc9421/test-key-rsa.public.pem"))
        #expect(try published.verifies(pkcs8.sign([1, 2, 3]), over: [1, 2, 3]))
        #expect(try PublicKey(pem: pkcs8.publicText()).verifies(pkcs8.sign([1]), over: [1]))
    }

    @Test func `a private key of 1024 bits is refused`() throws {
        let pem = try Fixture.text("cavage/test.private.pem")
        #expect(throws: KeyError.size(bits: 1024)) { try SigningKey(rsaPEM: pem, keyID: "Test") }
    }

    // W3C Controlled Identifiers, section 2.2.2; the key of RFC 9421 appendix B.1.4 beside it.
    @Test func `a Multikey is read`() throws {
        _ = try PublicKey(multibase: "z6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu")
        let key = try SigningKey(
            ed25519Seed: "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=",
            keyID: "test-key-ed25519"
        )
        let raw = try #require(Base64.decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=".utf8))
        #expect(try key.publicText() == Multikey.encode(raw))
        #expect(try key.publicText().hasPrefix("z6Mk"))
        #expect(try key.privateText() == "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=")
    }

    @Test(arguments: [
        "", "z", "6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu", "uAAAA",
        "z6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cx",
        "z6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu1",
        "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
        "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc",
    ])
    func `a Multikey of another kind or length is refused`(text: String) {
        #expect(throws: KeyError.malformedMultibase) { try PublicKey(multibase: text) }
    }

    @Test(arguments: ["", "AAAA", "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"])
    func `a seed that is not the Base64 of 32 bytes is refused`(text: String) {
        #expect(throws: KeyError.malformedSeed) { try SigningKey(ed25519Seed: text, keyID: "x") }
    }

    @Test(arguments: ["", "a\"b", "a\\b", "a b", "a\nb", "é", String(repeating: "a", count: 2049)])
    func `a key id that cannot stand in a header field is refused`(keyID: String) {
        #expect(throws: KeyError.unusableKeyID) { try SigningKey.generateEd25519(keyID: keyID) }
    }

    @Test func `one key signs and verifies on many threads at once`() async throws {
        let key = try Sample.rsa.get()
        let published = try key.publicKey()
        let good = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let message = [UInt8](repeating: UInt8(number), count: 100)
                    guard let signature = try? key.sign(message) else { return false }
                    return published.verifies(signature, over: message)
                        && !published.verifies(signature, over: [0])
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(good)
    }
}
