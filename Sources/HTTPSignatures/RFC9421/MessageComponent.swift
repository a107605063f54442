/// The parts of a request that an RFC 9421 signature can cover here: fields, and the derived components of requests.
///
/// `@query-param` needs a parameter and `@status` belongs to responses: both are refused.
enum MessageComponent {
    private static let derived = [
        "@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query",
    ]

    /// Tells whether a name is a derived component that we know or a field name in lower case.
    static func isUsable(_ name: String) -> Bool {
        if derived.contains(name) { return true }
        return !name.isEmpty && name.utf8.allSatisfy { ASCII.isTokenByte($0) && ASCII.lowercased($0) == $0 }
    }

    /// The value of a component.
    ///
    /// Spec: RFC 9421 sections 2.1 and 2.2.
    ///
    /// - Throws: `missingField`, `malformedField`.
    static func value(_ name: String, of message: HTTPMessage) throws(SignatureError) -> [UInt8] {
        switch name {
        case "@method": [UInt8](message.method.utf8)
        case "@target-uri":
            [UInt8]("\(message.scheme)://\(message.normalizedAuthority)\(message.target)".utf8)
        case "@authority": [UInt8](message.normalizedAuthority.utf8)
        case "@scheme": message.scheme.utf8.map(ASCII.lowercased)
        case "@request-target": [UInt8](message.target.utf8)
        case "@path": message.path.isEmpty ? [UInt8(ascii: "/")] : [UInt8](message.path.utf8)
        case "@query": message.query.map { [UInt8]($0.utf8) } ?? [UInt8(ascii: "?")]
        default: try message.signableValue(of: name)
        }
    }
}
