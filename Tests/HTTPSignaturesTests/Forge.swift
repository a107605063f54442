@testable import HTTPSignatures

/// Makes signatures that are right in themselves over whatever it is told: for what must be refused all the same.
enum Forge {
    static let usual = ["(request-target)", "host", "date", "digest", "content-type"]

    /// A draft-cavage signature over names as they stand in `headers`; `edit` changes the finished parameters.
    static func cavage(
        _ message: HTTPMessage = Sample.ready(),
        covered: [String] = usual,
        algorithm: String? = "rsa-sha256",
        created: String? = nil,
        expires: String? = nil,
        kind: PublicKey.Kind = .rsa,
        target: CavageBase.Target = .withQuery,
        edit: (String) -> String = { $0 }
    ) throws -> HTTPMessage {
        let base = try CavageBase.make(
            covered.map { ASCII.lowercased($0) },
            of: message,
            target: target,
            created: created,
            expires: expires
        )
        let signature = try Base64.encode(Sample.key(kind).sign(base))
        var parameters = ["keyId=\"\(Sample.keyID)\""]
        if let algorithm { parameters.append("algorithm=\"\(algorithm)\"") }
        if let created { parameters.append("created=\(created)") }
        if let expires { parameters.append("expires=\(expires)") }
        parameters.append("headers=\"\(covered.joined(separator: " "))\"")
        parameters.append("signature=\"\(signature)\"")
        return message.with([(name: "Signature", value: edit(parameters.joined(separator: ",")))])
    }

    static let components = ["@method", "@target-uri", "content-digest"]
    static let parameters = ";created=\(Sample.now / 1_000);keyid=\"\(Sample.keyID)\""

    /// An RFC 9421 signature over components; `list` replaces how they stand in the field, `signedAs` the signed message.
    static func rfc9421(
        _ message: HTTPMessage = Sample.ready(),
        components: [String] = components,
        list: String? = nil,
        parameters: String = parameters,
        labels: (input: String, signature: String) = ("sig1", "sig1"),
        kind: PublicKey.Kind = .rsa,
        signedAs: HTTPMessage? = nil
    ) throws -> HTTPMessage {
        let serialized = "(\(list ?? components.map { "\"\($0)\"" }.joined(separator: " ")))\(parameters)"
        let base = try ComponentBase.make(components, parameters: serialized, of: signedAs ?? message)
        let signature = try Base64.encode(Sample.key(kind).sign(base))
        return message.with([
            (name: "Signature-Input", value: "\(labels.input)=\(serialized)"),
            (name: "Signature", value: "\(labels.signature)=:\(signature):"),
        ])
    }
}
