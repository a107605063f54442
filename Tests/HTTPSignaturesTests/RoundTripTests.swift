import Testing

@testable import HTTPSignatures

@Suite struct RoundTripTests {
    private static let pairs: [(SigningScheme, PublicKey.Kind)] = [
        (.cavage, .rsa), (.cavage, .ed25519), (.rfc9421, .rsa), (.rfc9421, .ed25519),
    ]

    @Test(arguments: pairs)
    func `a signed POST passes and names its key`(scheme: SigningScheme, kind: PublicKey.Kind) throws {
        let message = try Sample.signed(Sample.post(), scheme: scheme, kind: kind)
        let claim = try SignatureClaim.read(message, body: Sample.body, now: Sample.now)
        try claim.verify(with: Sample.publicKey(kind))
        #expect(try claim.keyID == Sample.key(kind).keyID)
        #expect(claim.scheme == scheme)
        #expect(claim.madeAt == Sample.now)
    }

    @Test(arguments: pairs)
    func `a signed GET passes`(scheme: SigningScheme, kind: PublicKey.Kind) throws {
        let message = try Sample.signed(Sample.get(target: "/ap/actors/2?page=1"), scheme: scheme, kind: kind)
        #expect(try Sample.refusal(of: message, kind: kind) == nil)
    }

    @Test(arguments: pairs)
    func `another key does not verify it`(scheme: SigningScheme, kind: PublicKey.Kind) throws {
        let message = try Sample.signed(Sample.post(), scheme: scheme, kind: kind)
        let claim = try SignatureClaim.read(message, body: Sample.body, now: Sample.now)
        let others = try [Sample.otherRSA.get(), SigningKey.generateEd25519(keyID: Sample.keyID)]
        for other in others {
            let key = try other.publicKey()
            #expect(throws: SignatureError.self) { try claim.verify(with: key) }
        }
    }

    @Test(arguments: pairs)
    func `one changed bit of the body is refused`(scheme: SigningScheme, kind: PublicKey.Kind) throws {
        let message = try Sample.signed(Sample.post(), scheme: scheme, kind: kind)
        var body = Sample.body
        body[3] ^= 1
        #expect(try Sample.refusal(of: message, body: body, kind: kind)?.isBadRequest == false)
        #expect(try Sample.refusal(of: message, body: nil, kind: kind)?.isBadRequest == false)
    }

    @Test(arguments: pairs)
    func `SIG-41: a signature of a GET is no good for a POST, nor the reverse`(
        scheme: SigningScheme,
        kind: PublicKey.Kind
    ) throws {
        let get = try Sample.signed(Sample.get(), scheme: scheme, kind: kind)
        #expect(try Sample.refusal(of: get, kind: kind) == nil)
        let asPost = HTTPMessage(
            method: "POST",
            authority: get.authority,
            target: get.target,
            fields: get.fields
        )
        #expect(try Sample.refusal(of: asPost, body: [], kind: kind) != nil)
        let asDelete = HTTPMessage(
            method: "HEAD",
            authority: get.authority,
            target: get.target,
            fields: get.fields
        )
        #expect(try Sample.refusal(of: asDelete, body: nil, kind: kind) == .doesNotVerify)
        let post = try Sample.signed(Sample.post(), scheme: scheme, kind: kind)
        let asGet = HTTPMessage(
            method: "GET",
            authority: post.authority,
            target: post.target,
            fields: post.fields
        )
        #expect(try Sample.refusal(of: asGet, kind: kind) != nil)
    }

    @Test(arguments: pairs)
    func `SIG-39: another path is refused`(scheme: SigningScheme, kind: PublicKey.Kind) throws {
        let message = try Sample.signed(Sample.post(), scheme: scheme, kind: kind)
        let moved = HTTPMessage(
            method: "POST",
            authority: "south.example",
            target: "/ap/Inbox",
            fields: message.fields
        )
        #expect(try Sample.refusal(of: moved, kind: kind) == .doesNotVerify)
    }

    @Test func `what is added is what Mastodon expects`() throws {
        let key = try Sample.rsa.get()
        let digest = BodyDigest(of: Sample.body)
        let cavage = try MessageSigner.sign(
            Sample.post(),
            digest: digest,
            key: key,
            scheme: .cavage,
            at: Sample.now
        )
        #expect(cavage.map(\.name) == ["Date", "Digest", "Signature"])
        #expect(cavage[0].value == "Fri, 15 Jan 2027 08:00:00 GMT")
        #expect(
            cavage[2].value.hasPrefix(
                "keyId=\"\(Sample.keyID)\",algorithm=\"rsa-sha256\","
                    + "headers=\"(request-target) host date digest content-type\",signature=\""
            )
        )
        let newer = try MessageSigner.sign(
            Sample.post(),
            digest: digest,
            key: key,
            scheme: .rfc9421,
            at: Sample.now
        )
        #expect(newer.map(\.name) == ["Content-Digest", "Signature-Input", "Signature"])
        #expect(
            newer[1].value == "sig1=(\"@method\" \"@target-uri\" \"content-digest\" \"content-type\")"
                + ";created=1800000000;keyid=\"\(Sample.keyID)\""
        )
        let get = try MessageSigner.sign(Sample.get(), digest: nil, key: key, scheme: .cavage, at: Sample.now)
        #expect(get.map(\.name) == ["Date", "Signature"])
        #expect(get[1].value.contains("headers=\"(request-target) host date\""))
    }

    @Test func `a message that breaks the rules is not signed`() throws {
        let key = try Sample.rsa.get()
        func refusal(_ message: HTTPMessage, _ digest: BodyDigest?) -> SignatureError? {
            do {
                _ = try MessageSigner.sign(message, digest: digest, key: key, scheme: .cavage, at: Sample.now)
                return nil
            } catch { return error }
        }
        let digest = BodyDigest(of: Sample.body)
        #expect(refusal(Sample.post(), digest) == nil)
        #expect(refusal(Sample.post(), nil) == .cannotSign("the body's digest is missing"))
        #expect(
            refusal(Sample.post().without("Host"), digest)
                == .cannotSign("the Host field is not the authority")
        )
        let dated = Sample.post(fields: [(name: "date", value: "x")])
        #expect(refusal(dated, digest) == .cannotSign("the message has fields of a signature"))
        let split = Sample.post().replacing("Content-Type") { $0 + "\ndate: x" }
        #expect(refusal(split, digest) == .malformedField("content-type"))
        #expect(
            refusal(Sample.post(target: "/ap/inbox HTTP/1.1\r\nX: y"), digest)
                == .malformedField("request line")
        )
    }
}
