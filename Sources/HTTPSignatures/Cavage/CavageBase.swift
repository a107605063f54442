/// The text that a draft-cavage signature is made over.
///
/// Spec: draft-cavage-12 section 2.3.
enum CavageBase {
    /// How the request target is written.
    enum Target {
        case withQuery
        /// Some servers leave the query out when they sign.
        case pathOnly
    }

    /// Puts the text together: a line `name: value` for each covered name, without a line break at the end.
    ///
    /// - Throws: `missingField`, `malformedField`.
    static func make(
        _ covered: [String],
        of message: HTTPMessage,
        target: Target = .withQuery,
        created: String? = nil,
        expires: String? = nil
    ) throws(SignatureError) -> [UInt8] {
        guard message.hasPlainRequestLine else { throw .malformedField("request line") }
        var base: [UInt8] = []
        for name in covered {
            if !base.isEmpty { base.append(UInt8(ascii: "\n")) }
            base += name.utf8
            base += ": ".utf8
            switch name {
            case "(request-target)":
                base += message.method.utf8.map(ASCII.lowercased)
                base.append(UInt8(ascii: " "))
                base += target == .withQuery ? message.target[...].utf8 : message.path.utf8
            case "(created)": base += try stamp(created, name)
            case "(expires)": base += try stamp(expires, name)
            default: base += try message.signableValue(of: name)
            }
        }
        return base
    }

    private static func stamp(_ text: String?, _ name: String) throws(SignatureError) -> String.UTF8View {
        guard let text else { throw .badTimestamp(name) }
        return text.utf8
    }
}

extension HTTPMessage {
    /// The combined value of a covered field.
    ///
    /// - Throws: `missingField`; `malformedField` when it has a line break or another control byte, which could pass
    ///   for a line of the base.
    func signableValue(of name: String) throws(SignatureError) -> [UInt8] {
        guard let value = combinedValue(of: name) else { throw .missingField(name) }
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
            throw .malformedField(name)
        }
        return value
    }
}
