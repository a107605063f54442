/// The two specifications of HTTP signatures that this network uses.
public enum SigningScheme: Sendable, Hashable {
    /// draft-cavage-http-signatures-12, as Mastodon has spread it.
    case cavage
    /// HTTP Message Signatures.
    case rfc9421
}

/// Signs requests.
public enum MessageSigner {
    private static let label = "sig1"

    /// Makes the header fields that sign a request.
    ///
    /// For draft-cavage these are Date, Digest and Signature, which covers `(request-target) host date digest
    /// content-type`; for RFC 9421 Content-Digest, Signature-Input and Signature, which covers `@method`, `@target-uri`,
    /// `content-digest` and `content-type`. The digest is left out of requests without one, the content type where the
    /// message has none.
    ///
    /// - Parameters:
    ///   - message: the request with its Host field, and without the fields that are made here.
    ///   - digest: of the body; nil for GET and HEAD alone.
    ///   - key: decides the algorithm; its id goes into the signature.
    ///   - scheme: what the peer understands.
    ///   - extra: fields of the message that are covered besides, in lower case.
    ///   - milliseconds: the time, since the epoch.
    /// - Returns: the fields to add, in the order to send them.
    /// - Throws: `SignatureError.cannotSign` for a message that breaks these rules.
    public static func sign(
        _ message: HTTPMessage,
        digest: BodyDigest?,
        key: SigningKey,
        scheme: SigningScheme,
        covering extra: [String] = [],
        at milliseconds: Int64
    ) throws(SignatureError) -> [(name: String, value: String)] {
        let fields = try SecurityFields(message)
        guard let host = fields.host, message.isAddressed(toHost: host) else {
            throw .cannotSign("the Host field is not the authority")
        }
        let made = [
            fields.date, fields.digest, fields.contentDigest, fields.signature, fields.signatureInput,
        ]
        guard made.allSatisfy({ $0 == nil }) else {
            throw .cannotSign("the message has fields of a signature")
        }
        guard digest != nil || message.method == "GET" || message.method == "HEAD" else {
            throw .cannotSign("the body's digest is missing")
        }
        let seconds = max(0, milliseconds / 1_000)
        let more = (fields.contentType == nil ? [] : ["content-type"]) + extra
        return switch scheme {
        case .cavage: try cavage(message, digest, more, key, seconds)
        case .rfc9421: try rfc9421(message, digest, more, key, seconds)
        }
    }

    private static func cavage(
        _ message: HTTPMessage,
        _ digest: BodyDigest?,
        _ more: [String],
        _ key: SigningKey,
        _ seconds: Int64
    ) throws(SignatureError) -> [(name: String, value: String)] {
        var added = [(name: "Date", value: HTTPDate.format(seconds))]
        var covered = ["(request-target)", "host", "date"]
        if let digest {
            added.append((name: "Digest", value: digest.digest))
            covered.append("digest")
        }
        covered += more
        let signature = try key.sign(try CavageBase.make(covered, of: message.adding(added)))
        let algorithm = key.kind == .rsa ? "rsa-sha256" : "hs2019"
        let value =
            "keyId=\"\(key.keyID)\",algorithm=\"\(algorithm)\",headers=\"\(covered.joined(separator: " "))\","
            + "signature=\"\(Base64.encode(signature))\""
        return added + [(name: "Signature", value: value)]
    }

    private static func rfc9421(
        _ message: HTTPMessage,
        _ digest: BodyDigest?,
        _ more: [String],
        _ key: SigningKey,
        _ seconds: Int64
    ) throws(SignatureError) -> [(name: String, value: String)] {
        var added: [(name: String, value: String)] = []
        var covered = ["@method", "@target-uri"]
        if let digest {
            added.append((name: "Content-Digest", value: digest.contentDigest))
            covered.append("content-digest")
        }
        covered += more
        // No `alg`: the key says it, and Mastodon 4.5 and others take it from there.
        let names = covered.map { "\"\($0)\"" }.joined(separator: " ")
        let parameters = "(\(names));created=\(seconds);keyid=\"\(key.keyID)\""
        let base = try ComponentBase.make(covered, parameters: parameters, of: message.adding(added))
        let signature = Base64.encode(try key.sign(base))
        return added + [
            (name: "Signature-Input", value: "\(label)=\(parameters)"),
            (name: "Signature", value: "\(label)=:\(signature):"),
        ]
    }
}

extension HTTPMessage {
    fileprivate func adding(_ more: [(name: String, value: String)]) -> HTTPMessage {
        HTTPMessage(
            method: method,
            scheme: scheme,
            authority: authority,
            target: target,
            fields: fields + more
        )
    }
}
