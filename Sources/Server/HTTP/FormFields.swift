import HTTPTypes
public import Hummingbird

/// The fields of a form as browsers send it (`application/x-www-form-urlencoded`).
public struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]

    /// Reads the text of a form, or the query of an address.
    ///
    /// What cannot be decoded stays as it was sent. Bytes that are no text become U+FFFD, and so do NUL characters, which
    /// databases and C cannot hold.
    ///
    /// Spec: URL Standard, section 5.1.
    public init(_ text: String) {
        fields = text.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                Self.decode(parts[0], plusIsSpace: true),
                parts.count > 1 ? Self.decode(parts[1], plusIsSpace: true) : ""
            )
        }
    }

    static func decode(_ text: Substring, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%") where digits.count == 2:
                bytes.append(UInt8(digits[0] * 16 + digits[1]))
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self).replacing("\0", with: "\u{FFFD}")
    }

    /// Reads a request's body; the limit is in bytes.
    ///
    /// - Throws: `Problem`: 415 for anything but a form, 413 above the limit.
    public static func read(_ request: Request, limit: Int, _ context: ServerContext) async throws
        -> FormFields
    {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type == "application/x-www-form-urlencoded" else { throw Problem(.unsupportedMediaType) }
        let body = try await request.collectBody(limit: limit, context)
        return FormFields(String(decoding: body, as: UTF8.self))
    }

    /// All fields, in order.
    public var all: [(name: String, value: String)] { fields }

    /// The last value of a field.
    public subscript(name: String) -> String? { fields.last { $0.name == name }?.value }
}
