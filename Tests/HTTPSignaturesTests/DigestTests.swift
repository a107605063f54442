import Testing

@testable import HTTPSignatures

@Suite struct DigestTests {
    // RFC 9530 appendix D, for the content {"hello": "world"} without a line break.
    private let body = [UInt8](#"{"hello": "world"}"#.utf8)
    private static let sha256 = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="
    private static let sha512 =
        "WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew=="
    private static let wrong = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    private func refusal(digest value: String, body: [UInt8]? = nil) -> SignatureError? {
        do {
            try DigestClaim(digest: value).check(body ?? self.body)
            return nil
        } catch { return error }
    }

    private func refusal(contentDigest value: String, body: [UInt8]? = nil) -> SignatureError? {
        do {
            try DigestClaim(contentDigest: value).check(body ?? self.body)
            return nil
        } catch { return error }
    }

    @Test func `digests are made as RFC 9530 prints them`() {
        let digest = BodyDigest(of: body)
        #expect(digest.digest == "SHA-256=\(Self.sha256)")
        #expect(digest.contentDigest == "sha-256=:\(Self.sha256):")
    }

    @Test(arguments: [
        "SHA-256=\(sha256)", "sha-256=\(sha256)", "SHA-512=\(sha512)", "SHA-256=\(sha256),SHA-512=\(sha512)",
        "SHA-256=\(sha256), unixsum=30637", " SHA-256=\(sha256) ",
    ])
    func `a Digest that matches passes`(value: String) {
        #expect(refusal(digest: value) == nil)
        #expect(refusal(digest: value, body: [0x7B]) == .digestMismatch("digest"))
    }

    @Test(arguments: [
        "sha-256=:\(sha256):", "sha-512=:\(sha512):", "sha-256=:\(sha256):, sha-512=:\(sha512):",
        "md5=:Zg==:,sha-256=:\(sha256):",
    ])
    func `a Content-Digest that matches passes`(value: String) {
        #expect(refusal(contentDigest: value) == nil)
        #expect(refusal(contentDigest: value, body: []) == .digestMismatch("content-digest"))
    }

    @Test func `SIG-23: one right algorithm does not make up for a wrong one`() {
        #expect(
            refusal(contentDigest: "sha-256=:\(Self.wrong):, sha-512=:\(Self.sha512):")
                == .digestMismatch("content-digest")
        )
        #expect(refusal(digest: "SHA-512=\(Self.sha512),SHA-256=\(Self.wrong)") == .digestMismatch("digest"))
    }

    @Test(arguments: ["md5=:Sd/dVLAcvNLSq16eXua5uQ==:", "unixsum=:GQU=:"])
    func `a Content-Digest without a known algorithm is refused`(value: String) {
        #expect(refusal(contentDigest: value) == .unknownDigest("content-digest"))
    }

    @Test func `a Digest without a known algorithm is refused`() {
        #expect(refusal(digest: "MD5=Sd/dVLAcvNLSq16eXua5uQ==") == .unknownDigest("digest"))
    }

    @Test(arguments: [
        "", "SHA-256", "=\(sha256)", "SHA-256=\(sha256),", "SHA-256=\(sha256),sha-256=\(sha256)",
        "SHA-256=:\(sha256):",
        "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE", "SHA-256=é", "SHA 256=\(sha256)",
    ])
    func `SIG-23: a Digest that cannot be read is the peer's bad request`(value: String) {
        #expect(refusal(digest: value) == .malformedDigest("digest"))
        #expect(refusal(digest: value)?.isBadRequest == true)
    }

    // The last one is printed in RFC 9530 appendix B.5 with a padding sign too many.
    @Test(arguments: [
        "", "sha-256=\(sha256)", "sha-256=:\(sha256)", "sha-256=:\(sha256):;x=1",
        "sha-256=:\(sha256):,sha-256=:\(sha256):",
        "sha-256=(:\(sha256):)", "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg==:",
    ])
    func `SIG-23: a Content-Digest that cannot be read is the peer's bad request`(value: String) {
        #expect(refusal(contentDigest: value) == .malformedDigest("content-digest"))
        #expect(refusal(contentDigest: value)?.isBadRequest == true)
    }

    @Test func `the digests that RFC 9530 appendix B prints are those of its contents`() {
        let full = [UInt8]("{\"hello\": \"world\"}\n".utf8)
        #expect(
            refusal(contentDigest: "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", body: full)
                == nil
        )
        #expect(refusal(contentDigest: "sha-256=:\(Self.wrong):", body: []) == nil)
        let part = [UInt8]("\"world\"}\n".utf8)
        #expect(
            refusal(contentDigest: "sha-256=:jjcgBDWNAtbYUXI37CVG3gRuGOAjaaDRGpIUFsdyepQ=:", body: part)
                == nil
        )
    }
}
