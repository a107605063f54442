/// What somebody asks for in a search: words, quoted phrases and operators.
///
/// `from:@ada` or `from:me`, `has:media` (image, video, audio, link, poll), `is:reply`, `before:2026-11-25`,
/// `after:2026-11-25`, `during:2026-11-25` (days in UTC); `-` in front leaves out. A colon after any other word is
/// text like the rest, so a query is never wrong, only fruitless.
public struct SearchQuery: Sendable, Hashable {
    /// Words and phrases.
    public private(set) var terms = SearchTerms()
    /// Who must have written it: handles as typed, without the first `@`, or `me`.
    public private(set) var authors: [String] = []
    /// Only posts since then.
    public private(set) var since: Timestamp?
    /// Only posts before then.
    public private(set) var until: Timestamp?

    /// The longest query, in bytes; the rest is not read.
    public static let maximumLength = 1_000

    /// Reads a query.
    public init(_ text: String) {
        for part in Self.parts(of: text) { read(part) }
    }

    /// Whether there is anything to look for.
    public var isEmpty: Bool { !terms.wantsSomething && authors.isEmpty }

    private struct Part {
        var text = ""
        var isExcluded = false
        var isQuoted = false
    }

    /// The query at its spaces, but for those between quotation marks.
    private static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var part = Part()
        var isOpen = false
        func end() {
            if !part.text.isEmpty { parts.append(part) }
            part = Part()
        }
        for scalar in String(decoding: text.utf8.prefix(maximumLength), as: UTF8.self).unicodeScalars {
            if Self.quotationMarks.contains(scalar) {
                // A mark in the middle of a word begins a phrase of its own.
                let excludes = !isOpen && part.text == "-"
                if !excludes { end() }
                isOpen.toggle()
                part = Part(isExcluded: isOpen && excludes, isQuoted: isOpen)
            } else if scalar.properties.isWhitespace, !isOpen {
                end()
            } else {
                part.text.unicodeScalars.append(scalar)
            }
        }
        end()
        return parts
    }

    private static let quotationMarks: Set<UnicodeScalar> = [
        "\"", "\u{201C}", "\u{201D}", "\u{201E}", "\u{AB}", "\u{BB}",
    ]

    private mutating func read(_ part: Part) {
        if part.isQuoted { return terms.add(.init(part.text, isExcluded: part.isExcluded)) }
        let isExcluded = part.text.utf8.first == UInt8(ascii: "-") && part.text.utf8.count > 1
        let text = isExcluded ? String(part.text.dropFirst()) : part.text
        let halves = text.split(separator: ":", maxSplits: 1).map(String.init)
        if halves.count == 2, read(halves[0].lowercased(), halves[1], isExcluded) { return }
        terms.add(.init(text, isExcluded: isExcluded))
    }

    /// Reads an operator; false when it is none.
    private mutating func read(_ name: String, _ value: String, _ isExcluded: Bool) -> Bool {
        switch name {
        case "from" where !isExcluded:
            authors.append(value.utf8.first == UInt8(ascii: "@") ? String(value.dropFirst()) : value)
        case "has":
            guard let part = SearchMark.Part(rawValue: value.lowercased()) else { return false }
            terms.add(.has(part), isExcluded: isExcluded)
        case "is" where value.lowercased() == "reply": terms.add(.reply, isExcluded: isExcluded)
        case "before", "after", "during":
            guard !isExcluded, let day = CalendarDay(value) else { return false }
            if name != "after" { until = earlier(until, name == "before" ? day.start : day.end) }
            if name != "before" { since = later(since, name == "after" ? day.end : day.start) }
        default: return false
        }
        return true
    }

    private func earlier(_ old: Timestamp?, _ new: Timestamp) -> Timestamp { old.map { min($0, new) } ?? new }
    private func later(_ old: Timestamp?, _ new: Timestamp) -> Timestamp { old.map { max($0, new) } ?? new }
}
