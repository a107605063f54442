/// The header fields that a signature is judged by, each of which may be there once only.
///
/// Were one there twice, whoever checks it and whoever uses it might each read another one.
struct SecurityFields {
    private(set) var host: String?
    private(set) var date: String?
    private(set) var digest: String?
    private(set) var contentDigest: String?
    private(set) var contentType: String?
    private(set) var contentLength: String?
    private(set) var signature: String?
    private(set) var signatureInput: String?

    /// Collects them.
    ///
    /// - Throws: `duplicateField`; `badDate` for two dates.
    init(_ message: HTTPMessage) throws(SignatureError) {
        for field in message.fields {
            guard let (name, place) = Self.place(of: field.name) else { continue }
            guard self[keyPath: place] == nil else {
                throw place == \.date ? .badDate : .duplicateField(name)
            }
            self[keyPath: place] = field.value
        }
    }

    private static func place(of name: String) -> (String, WritableKeyPath<SecurityFields, String?>)? {
        switch name.utf8.count {
        case 4 where ASCII.matches(name, lowercase: "host"): ("host", \.host)
        case 4 where ASCII.matches(name, lowercase: "date"): ("date", \.date)
        case 6 where ASCII.matches(name, lowercase: "digest"): ("digest", \.digest)
        case 14 where ASCII.matches(name, lowercase: "content-digest"): ("content-digest", \.contentDigest)
        case 12 where ASCII.matches(name, lowercase: "content-type"): ("content-type", \.contentType)
        case 14 where ASCII.matches(name, lowercase: "content-length"): ("content-length", \.contentLength)
        case 9 where ASCII.matches(name, lowercase: "signature"): ("signature", \.signature)
        case 15 where ASCII.matches(name, lowercase: "signature-input"): ("signature-input", \.signatureInput)
        default: nil
        }
    }
}
