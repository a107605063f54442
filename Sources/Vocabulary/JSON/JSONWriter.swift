/// Writes JSON: compact, UTF-8, escaped so that any JSON or JavaScript reader takes it.
///
/// Spec: RFC 8259.
public struct JSONWriter {
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    private var bytes: [UInt8] = []

    /// Writes a value.
    public static func write(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.bytes.reserveCapacity(1_024)
        writer.append(value)
        return writer.bytes
    }

    /// Writes a value as text.
    public static func text(_ value: JSONValue) -> String { String(decoding: write(value), as: UTF8.self) }

    private mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(value.description)
        case .number(let value): append(value.isFinite ? value.description : "null")
        case .string(let text): append(quoted: text)
        case .array(let values): append(values)
        case .object(let object): append(object)
        case .written(let written): bytes += written
        }
    }

    private mutating func append(_ values: [JSONValue]) {
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func append(_ object: JSONObject) {
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in object.members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(quoted: member.key)
            bytes.append(UInt8(ascii: ":"))
            append(member.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        // Nearly all text needs no escape.
        if !text.utf8.contains(where: Self.isSpecial) { append(text) } else { append(escaped: text) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether a byte is, or may be the end of, something that is escaped.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
            || byte == 0xA8
            || byte == 0xA9
    }

    private mutating func append(escaped text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            case 0..<0x20, 0x7F: append(controlCharacter: byte)
            case 0xA8, 0xA9: append(lastByte: byte)
            default: bytes.append(byte)
            }
        }
    }

    private mutating func append(controlCharacter byte: UInt8) {
        append("\\u00")
        bytes.append(Self.hexadecimal[Int(byte >> 4)])
        bytes.append(Self.hexadecimal[Int(byte & 15)])
    }

    /// U+2028 and U+2029 end a line in JavaScript; they are escaped.
    ///
    /// Every other character stays as it is.
    private mutating func append(lastByte byte: UInt8) {
        guard bytes.count >= 2, bytes[bytes.count - 2] == 0xE2, bytes[bytes.count - 1] == 0x80 else {
            bytes.append(byte)
            return
        }
        bytes.removeLast(2)
        append(byte == 0xA8 ? "\\u2028" : "\\u2029")
    }
}
