/// The tags and texts of HTML that ``HTMLWriter`` wrote, one after another.
///
/// In such markup a `<` always begins a tag and the next `>` ends it, as attribute values hold neither.
/// Other input gives other tokens, never a trap.
struct HTMLTokens: Sequence, IteratorProtocol {
    enum Token {
        /// Text, references not yet decoded.
        case text(ArraySlice<UInt8>)
        /// A start tag's name, and the tag as written.
        case start(name: String, source: ArraySlice<UInt8>)
        /// An end tag's name, and the tag as written.
        case end(name: String, source: ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ html: SanitizedHTML) {
        rest = ArraySlice(html.html.utf8)
    }

    mutating func next() -> Token? {
        guard let first = rest.first else { return nil }
        guard first == UInt8(ascii: "<") else {
            let text = rest.prefix { $0 != UInt8(ascii: "<") }
            rest = rest[text.endIndex...]
            return .text(text)
        }
        let end = rest.firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? rest.endIndex
        let source = rest[..<end]
        rest = rest[end...]
        let isEnd = source.dropFirst().first == UInt8(ascii: "/")
        let name = source.dropFirst(isEnd ? 2 : 1).prefix { $0.isASCIILetter || $0.isASCIIDigit }
        let word = String(decoding: name, as: UTF8.self)
        return isEnd ? .end(name: word, source: source) : .start(name: word, source: source)
    }

    /// Returns text with the references decoded that ``HTMLEscape`` writes.
    static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(UInt8(ascii: "&")) else { return Array(text) }
        var out: [UInt8] = []
        var rest = text
        while let byte = rest.first {
            if byte == UInt8(ascii: "&"),
                let (reference, character) = references.first(where: { rest.starts(with: $0.0.utf8) })
            {
                out.append(character)
                rest = rest.dropFirst(reference.utf8.count)
            } else {
                out.append(byte)
                rest = rest.dropFirst()
            }
        }
        return out
    }

    private static let references: [(String, UInt8)] = [
        ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
        ("&quot;", UInt8(ascii: "\"")), ("&#39;", UInt8(ascii: "'")),
    ]
}
