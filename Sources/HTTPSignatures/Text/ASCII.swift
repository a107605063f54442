/// Byte-wise helpers for protocol text: Swift's own `==` and `lowercased()` follow Unicode, which protocols do not.
enum ASCII {
    /// Maps A to Z to lower case and leaves every other byte alone.
    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Tells whether text is the same as a name that is given in lower case, whatever the case of its ASCII letters.
    static func matches(_ text: some StringProtocol, lowercase name: some StringProtocol) -> Bool {
        text.utf8.count == name.utf8.count && zip(text.utf8, name.utf8).allSatisfy { lowercased($0) == $1 }
    }

    /// Tells whether two texts are the same bytes.
    static func areSame(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    /// Lower-cases the ASCII letters of a text.
    static func lowercased(_ text: some StringProtocol) -> String {
        String(decoding: text.utf8.map(lowercased), as: UTF8.self)
    }

    /// Cuts spaces and tabs from both ends: a field value's optional white space (RFC 9110 section 5.6.3).
    static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var rest = text
        while let byte = rest.first, isBlank(byte) { rest = rest.dropFirst() }
        while let byte = rest.last, isBlank(byte) { rest = rest.dropLast() }
        return rest
    }

    /// Tells whether a byte is a space or a tab.
    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Tells whether a byte is visible, or a space when that is allowed.
    static func isPrintable(_ byte: UInt8, spaces: Bool) -> Bool {
        (0x21...0x7E).contains(byte) || (spaces && byte == 0x20)
    }

    /// Tells whether a byte may stand in a token (RFC 9110 section 5.6.2).
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
