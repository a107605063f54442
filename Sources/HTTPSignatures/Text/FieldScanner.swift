/// Walks over the bytes of a header field value; what both signature parsers are made of.
struct FieldScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ value: String) {
        bytes = [UInt8](value.utf8)
    }

    /// The byte at the cursor; nil at the end.
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Tells whether everything has been read.
    var isAtEnd: Bool { position == bytes.count }

    /// Steps over a byte when it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// Steps over spaces and tabs.
    mutating func skipBlanks() {
        while let byte = next, ASCII.isBlank(byte) { position += 1 }
    }

    /// Takes the longest run of bytes that fit; empty when the next one does not.
    mutating func takeRun(while fits: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = next, fits(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Takes a quoted string of printable ASCII without its quotes.
    ///
    /// Both grammars know backslash escapes. Nobody needs them here, and two parsers that disagree about them have let
    /// strangers in elsewhere, so a backslash is refused.
    /// - Returns: nil when the next bytes are no such string.
    mutating func takeQuoted() -> String? {
        let quote = UInt8(ascii: "\"")
        guard take(quote) else { return nil }
        let text = takeRun { ASCII.isPrintable($0, spaces: true) && $0 != quote && $0 != UInt8(ascii: "\\") }
        return take(quote) ? text : nil
    }
}
