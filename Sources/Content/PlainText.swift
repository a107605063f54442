/// HTML as words alone, for search, notifications and mail.
public enum PlainText {
    /// Returns the text of `html`, sanitised first: paragraphs apart by a blank line, `br` as a line
    /// feed, list items behind `•` or their number, white space run together except in `pre`.
    public static func from(html: String, limits: HTMLLimits = .standard) -> String {
        from(HTMLSanitizer.sanitize(html, limits: limits))
    }

    /// Returns the text of sanitised HTML, written as ``from(html:limits:)`` says.
    public static func from(_ html: SanitizedHTML) -> String {
        var writer = PlainTextWriter()
        for token in HTMLTokens(html) {
            switch token {
            case .text(let text): writer.text(HTMLTokens.decoded(text))
            case .start(let name, let source): writer.start(name, source)
            case .end(let name, _): writer.end(name)
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Returns `text` cut to at most `characters` characters, the last of them `…` when something was cut.
    ///
    /// A character may carry any number of accents, so the result also has at most 32 bytes for each
    /// character allowed.
    public static func limit(_ text: String, characters: Int) -> String {
        guard characters > 0 else { return "" }
        var kept = text.startIndex
        var bytes = 0
        var count = 0
        let (maximumBytes, overflow) = characters.multipliedReportingOverflow(by: 32)
        // Where the text ends if something has to be cut: one character early, to make room for the mark.
        var cut = text.startIndex
        while kept < text.endIndex {
            let next = text.index(after: kept)
            bytes += text.utf8.distance(from: kept, to: next)
            if count == characters || (!overflow && bytes > maximumBytes) {
                return String(text[..<cut]) + "…"
            }
            count += 1
            if count < characters, overflow || bytes + 3 <= maximumBytes { cut = next }
            kept = next
        }
        return text
    }
}

/// Lays words out in lines.
private struct PlainTextWriter {
    private(set) var bytes: [UInt8] = []
    private var lineFeeds = 0
    private var hasSpace = false
    private var marker: [UInt8] = []
    /// The number of the next item for each open list; `nil` for bullets.
    private var lists: [Int?] = []
    private var openPre = false
    private var isAtStartOfPre = false

    mutating func text(_ text: [UInt8]) {
        var text = text[...]
        if openPre {
            // Parsers drop the first line feed of a `pre`.
            if isAtStartOfPre, text.first == 0x0A { text = text.dropFirst() }
            isAtStartOfPre = false
            guard !text.isEmpty else { return }
            beginText()
            bytes.append(contentsOf: text)
            return
        }
        for byte in text {
            if byte.isHTMLSpace {
                hasSpace = true
            } else {
                beginText()
                bytes.append(byte)
            }
        }
    }

    mutating func start(_ name: String, _ source: ArraySlice<UInt8>) {
        switch name {
        case "br":
            lineFeeds = min(lineFeeds + 1, 2)
            hasSpace = false
        case "ul", "ol":
            breakLine()
            lists.append(name == "ol" ? number(of: "start", in: source) ?? 1 : nil)
        case "li": beginItem(source)
        case "pre":
            breakLine()
            openPre = true
            isAtStartOfPre = true
        case "p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6": breakLine()
        default: break
        }
    }

    mutating func end(_ name: String) {
        switch name {
        case "ul", "ol":
            _ = lists.popLast()
            marker = []
            breakLine()
        case "li":
            marker = []
            breakLine()
        case "pre":
            openPre = false
            breakLine()
        case "p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6": breakLine()
        default: break
        }
    }

    private mutating func beginItem(_ source: ArraySlice<UInt8>) {
        breakLine()
        let indent = String(repeating: "  ", count: max(0, lists.count - 1))
        if let last = lists.last, let next = last {
            let number = number(of: "value", in: source) ?? next
            lists[lists.count - 1] = number &+ 1
            marker = Array("\(indent)\(number). ".utf8)
        } else {
            marker = Array("\(indent)• ".utf8)
        }
    }

    /// Blocks stand apart by an empty line, within lists by a line's end.
    private mutating func breakLine() {
        lineFeeds = max(lineFeeds, lists.isEmpty ? 2 : 1)
        hasSpace = false
    }

    private mutating func beginText() {
        if bytes.isEmpty {
            lineFeeds = 0
            hasSpace = false
        }
        if lineFeeds > 0 {
            bytes.append(contentsOf: repeatElement(0x0A, count: lineFeeds))
        } else if hasSpace {
            bytes.append(0x20)
        }
        lineFeeds = 0
        hasSpace = false
        bytes.append(contentsOf: marker)
        marker = []
    }

    private func number(of attribute: String, in source: ArraySlice<UInt8>) -> Int? {
        let words = source.split(separator: 0x20)
        let key = Array((attribute + "=\"").utf8)
        guard let word = words.first(where: { $0.starts(with: key) }) else { return nil }
        return Int(
            String(decoding: word.dropFirst(key.count).prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
        )
    }
}
