/// Finds what a post links to.
public enum FirstLink {
    /// How many links are looked at.
    private static let maximumLinks = 10

    /// The first address that a link leads to and that is wanted, other than mentions, hashtags, and the line that says for
    /// other servers what is quoted.
    ///
    /// `html`: as the sanitiser wrote it. Linear in it.
    public static func find(in html: SanitizedHTML, where isWanted: (String) throws -> Bool) rethrows
        -> String?
    {
        var rest = html.html.utf8[...]
        var (looked, isInQuote) = (0, false)
        while looked < maximumLinks, let start = rest.firstRange(of: "<".utf8) {
            let tail = rest[start.lowerBound...]
            guard let end = tail.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            let tag = tail[...end]
            rest = tail[tail.index(after: end)...]
            let names = classes(of: tag)
            if names.contains("quote-inline") { isInQuote = true }
            guard tag.starts(with: "<a ".utf8) else { continue }
            looked += 1
            if isInQuote {
                isInQuote = false
                continue
            }
            guard !names.contains("mention"), !names.contains("hashtag"),
                let address = value(of: " href=\"", in: tag)
            else { continue }
            let text = unescaped(address)
            if try isWanted(text) { return text }
        }
        return nil
    }

    private static func classes(of tag: Substring.UTF8View) -> [String] {
        (value(of: " class=\"", in: tag) ?? "").split(separator: " ").map(String.init)
    }

    private static func value(of attribute: String, in tag: Substring.UTF8View) -> String? {
        guard let start = tag.firstRange(of: attribute.utf8) else { return nil }
        return String(Substring(tag[start.upperBound...].prefix { $0 != UInt8(ascii: "\"") }))
    }

    /// What the sanitiser's writer escapes in an attribute.
    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
}
