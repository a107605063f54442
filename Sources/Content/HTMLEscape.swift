/// Writes outside text into HTML so that it stays text.
public enum HTMLEscape {
    /// Returns `text` with `&`, `<` and `>` written as references, for use between tags.
    public static func text(_ text: String) -> String {
        var out: [UInt8] = []
        append(text.utf8, to: &out, quoting: false)
        return String(decoding: out, as: UTF8.self)
    }

    /// Returns `value` with `&`, `<`, `>`, `"` and `'` written as references, for use inside quotes.
    public static func attribute(_ value: String) -> String {
        var out: [UInt8] = []
        append(value.utf8, to: &out, quoting: true)
        return String(decoding: out, as: UTF8.self)
    }

    static func append(_ bytes: some Sequence<UInt8>, to out: inout [UInt8], quoting: Bool) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "&"): out.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): out.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): out.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\"") where quoting: out.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'") where quoting: out.append(contentsOf: "&#39;".utf8)
            default: out.append(byte)
            }
        }
    }
}
