/// The text that an RFC 9421 signature is made over.
///
/// Spec: RFC 9421 section 2.5.
enum ComponentBase {
    /// Puts the text together: a line `"name": value` for each component, and the parameters as the last one.
    ///
    /// - Throws: `missingField`, `malformedField`.
    static func make(
        _ components: [String],
        parameters serialized: String,
        of message: HTTPMessage
    ) throws(SignatureError) -> [UInt8] {
        guard message.hasPlainRequestLine else { throw .malformedField("request line") }
        var base: [UInt8] = []
        for name in components {
            base += "\"\(name)\": ".utf8
            base += try MessageComponent.value(name, of: message)
            base.append(UInt8(ascii: "\n"))
        }
        base += "\"@signature-params\": \(serialized)".utf8
        return base
    }
}
