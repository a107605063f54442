/// A part of what an author typed.
enum PostTextPiece {
    case text(String)
    case lineBreak
    case paragraphBreak
    /// An address, as typed and as read.
    case link(String, WebLink)
    case hashtag(Hashtag)
    /// A mention, as typed and as read.
    case mention(String, MentionName)

    /// Whether it is text and nothing more.
    var isText: Bool {
        if case .text = self { true } else { false }
    }
}

/// Finds links, hashtags and mentions in typed text, in one pass.
struct PostTextScanner {
    private let scalars: [UnicodeScalar]
    private var index = 0
    private var textStart = 0
    private var pieces: [PostTextPiece] = []

    /// Returns the parts of `text`, whose line ends are line feeds.
    static func pieces(of text: String) -> [PostTextPiece] {
        var scanner = PostTextScanner(scalars: Array(text.unicodeScalars))
        scanner.scan()
        return scanner.pieces
    }

    private init(scalars: [UnicodeScalar]) {
        self.scalars = scalars
    }

    private mutating func scan() {
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\n" {
                takeLineBreaks()
            } else if let (piece, end) = special(scalar) {
                flushText()
                pieces.append(piece)
                index = end
                textStart = end
            } else {
                index += 1
            }
        }
        flushText()
    }

    private func special(_ scalar: UnicodeScalar) -> (PostTextPiece, end: Int)? {
        switch scalar {
        case "h", "H": link()
        case "#": hashtag()
        case "@": mention()
        default: nil
        }
    }

    private mutating func takeLineBreaks() {
        flushText()
        let blank = scalars[index...].prefix { $0 == "\n" || $0 == " " || $0 == "\t" }
        // The white space that a line begins with belongs to the line.
        let lastBreak = blank.lastIndex(of: "\n") ?? index
        let breaks = blank.count(where: { $0 == "\n" })
        pieces.append(breaks > 1 ? .paragraphBreak : .lineBreak)
        index = lastBreak + 1
        textStart = index
    }

    private mutating func flushText() {
        if textStart < index { pieces.append(.text(string(textStart..<index))) }
        textStart = index
    }

    private func link() -> (PostTextPiece, end: Int)? {
        guard !isPrecededByWord else { return nil }
        let scheme = scalars[index...].prefix(8).map { $0.properties.lowercaseMapping }.joined()
        guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else { return nil }
        let longest = scalars[index...].prefix(WebLink.maximumBytes).prefix {
            !$0.properties.isWhitespace && $0 != "<" && $0 != ">" && $0 != "\""
        }
        let address = withoutClosingPunctuation(longest)
        let typed = string(address.startIndex..<address.endIndex)
        return WebLink(typed.utf8).map { (.link(typed, $0), address.endIndex) }
    }

    /// A full stop after an address ends the sentence; a bracket belongs to the address that opened it.
    private func withoutClosingPunctuation(_ run: ArraySlice<UnicodeScalar>) -> ArraySlice<UnicodeScalar> {
        var run = run
        var excess = run.count(where: { $0 == ")" }) - run.count(where: { $0 == "(" })
        while let last = run.last {
            if last == ")" {
                guard excess > 0 else { break }
                excess -= 1
            } else if !".,;:!?'…]}*_".unicodeScalars.contains(last) {
                break
            }
            run.removeLast()
        }
        return run
    }

    private func hashtag() -> (PostTextPiece, end: Int)? {
        guard !isPrecededByWord, !isPreceded(by: "&/#") else { return nil }
        let word = scalars[(index + 1)...].prefix(Hashtag.maximumLength + 1).prefix(
            while: Hashtag.isTagScalar
        )
        let tag = Hashtag(string(word.startIndex..<word.endIndex))
        return tag.map { (.hashtag($0), word.endIndex) }
    }

    private func mention() -> (PostTextPiece, end: Int)? {
        guard !isPrecededByWord, !isPreceded(by: "@/.-"),
            let (name, end) = MentionName.read(scalars, at: index)
        else { return nil }
        return (.mention(string(index..<end), name), end)
    }

    private var isPrecededByWord: Bool {
        index > 0 && Hashtag.isTagScalar(scalars[index - 1])
    }

    private func isPreceded(by set: String) -> Bool {
        index > 0 && set.unicodeScalars.contains(scalars[index - 1])
    }

    private func string(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[range]))
    }
}
