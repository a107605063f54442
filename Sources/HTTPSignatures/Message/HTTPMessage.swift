/// A request as signatures see it: its line and its header fields, never its body.
public struct HTTPMessage: Sendable {
    /// The method, in upper case.
    public let method: String
    /// `https`, or `http` where a deployment allows it.
    public let scheme: String
    /// Host and port of the request's target.
    ///
    /// Of a request we received it is our own configured origin, never what a header says (`X-Forwarded-Host`).
    public let authority: String
    /// Path and query, the exact bytes of the request line.
    public let target: String
    /// The header fields in the order of the wire, `Host` among them.
    public let fields: [(name: String, value: String)]

    /// Puts a message together.
    public init(
        method: String,
        scheme: String = "https",
        authority: String,
        target: String,
        fields: [(name: String, value: String)]
    ) {
        self.method = method
        self.scheme = scheme
        self.authority = authority
        self.target = target
        self.fields = fields
    }
}

extension HTTPMessage {
    /// The target's path: what comes before the first `?`.
    var path: Substring {
        let end = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        return target[..<end]
    }

    /// The target's query with its `?`; nil when there is none.
    var query: Substring? {
        target.utf8.firstIndex(of: UInt8(ascii: "?")).map { target[$0...] }
    }

    /// The authority in lower case and without the port that the scheme implies.
    ///
    /// Spec: RFC 9421 section 2.2.3.
    var normalizedAuthority: String { normalize(authority) }

    /// Tells whether a Host field names this message's authority.
    func isAddressed(toHost host: String) -> Bool {
        ASCII.areSame(normalize(host), normalizedAuthority)
    }

    /// The values of a field, joined as both specifications say: each trimmed, with `, ` between them.
    ///
    /// - Parameter name: in lower case.
    /// - Returns: nil when the field is absent.
    func combinedValue(of name: String) -> [UInt8]? {
        var combined: [UInt8]?
        for field in fields where ASCII.matches(field.name, lowercase: name) {
            let value = ASCII.trimmed(field.value[...].utf8)
            combined = combined.map { $0 + [UInt8(ascii: ","), UInt8(ascii: " ")] + value } ?? [UInt8](value)
        }
        return combined
    }

    /// Tells whether the request line can stand in a signature base: a line break there would add lines of its own.
    var hasPlainRequestLine: Bool {
        [method, scheme, authority, target].allSatisfy { part in
            !part.utf8.isEmpty && part.utf8.allSatisfy { ASCII.isPrintable($0, spaces: false) }
        }
    }

    private func normalize(_ authority: String) -> String {
        let lowercased = ASCII.lowercased(authority)
        let implied = ASCII.areSame(scheme, "https") ? ":443" : ASCII.areSame(scheme, "http") ? ":80" : ""
        guard !implied.isEmpty, lowercased.utf8.suffix(implied.utf8.count).elementsEqual(implied.utf8) else {
            return lowercased
        }
        return String(decoding: lowercased.utf8.dropLast(implied.utf8.count), as: UTF8.self)
    }
}
