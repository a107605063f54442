public import HTTPTypes

extension HTTPField.Name {
    /// The id of a request in our log, sent with its response.
    public static let requestID = known("X-Request-Id")

    /// What the codec leaves behind of a second `Host`.
    static let secondHost = known("Host")
    static let referrerPolicy = known("Referrer-Policy")
    static let frameOptions = known("X-Frame-Options")
    static let forwardedFor = known("X-Forwarded-For")
    static let forwardedProto = known("X-Forwarded-Proto")

    /// Takes a name that is written in this file; the fallback is never reached, because each is a valid token.
    private static func known(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .xContentTypeOptions
    }
}

extension HTTPFields {
    /// Adds names to `Vary`, each once, so that a cache keeps the variants apart.
    ///
    /// An activity is served by `Accept`, and by who signed the request: `vary(on: .accept, .signature)`.
    /// Spec: RFC 9110 section 12.5.5.
    public mutating func vary(on names: HTTPField.Name...) {
        var listed = self[values: .vary].flatMap { $0.split(separator: ",") }
            .map { $0.drop { $0 == " " }.lowercased() }
        var text = self[.vary] ?? ""
        for name in names where !listed.contains(name.canonicalName) {
            listed.append(name.canonicalName)
            text += text.isEmpty ? name.rawName : ", " + name.rawName
        }
        self[.vary] = text
    }
}

extension HTTPField.Name {
    /// The HTTP signature of a request.
    public static let signature = known("Signature")
    /// The field that says what a signature of RFC 9421 covers.
    public static let signatureInput = known("Signature-Input")
}
