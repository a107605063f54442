/// An inline element around the text being written, with the start tag it gets.
struct InlineElement {
    let tag: InlineTag
    /// The whole start tag, attributes written out.
    let startTag: [UInt8]
    /// Where the element leads, for `a`.
    let link: WebLink?
    /// Whether our style sheet hides what is inside.
    let isInvisible: Bool

    var endTag: [UInt8] { Array("</\(tag.rawValue)>".utf8) }

    /// Makes the element of `attributes`, keeping those on the allow-list; `nil` for an `a` that leads
    /// nowhere we would send a reader.
    ///
    /// `invisible` and `ellipsis` shorten the text of a link, and mean nothing outside one.
    init?(_ tag: InlineTag, isInsideLink: Bool, attribute: (StaticString) -> [UInt8]?) {
        var start = "<" + tag.rawValue
        var link: WebLink?
        var classes: [String] = []
        if tag == .a || tag == .span {
            classes = ClassList.allowed(attribute("class") ?? [], isInsideLink: isInsideLink && tag == .span)
        }
        if tag == .a {
            guard let found = attribute("href").flatMap({ WebLink($0) }) else { return nil }
            link = found
            start += " href=\"" + HTMLEscape.attribute(found.href) + "\""
        }
        if !classes.isEmpty { start += " class=\"" + classes.joined(separator: " ") + "\"" }
        if tag == .a {
            let isTag = ClassList.words(attribute("rel") ?? []).contains { $0.elementsEqual("tag".utf8) }
            start +=
                isTag ? " rel=\"tag nofollow noopener noreferrer\"" : " rel=\"nofollow noopener noreferrer\""
        }
        self.tag = tag
        self.link = link
        startTag = Array((start + ">").utf8)
        isInvisible = classes.contains("invisible")
    }
}

/// The class names that peers' HTML may carry: those that ActivityPub servers give a meaning.
enum ClassList {
    /// Returns the allowed names among `value`, each once, at most eight.
    static func allowed(_ value: [UInt8], isInsideLink: Bool) -> [String] {
        var out: [String] = []
        for word in words(value) where isAllowed(word, isInsideLink: isInsideLink) {
            let name = String(decoding: word, as: UTF8.self)
            if !out.contains(name) { out.append(name) }
            if out.count == 8 { break }
        }
        return out
    }

    static func words(_ value: [UInt8]) -> [ArraySlice<UInt8>] {
        value.split(whereSeparator: \.isHTMLSpace)
    }

    private static func isAllowed(_ word: ArraySlice<UInt8>, isInsideLink: Bool) -> Bool {
        if word.elementsEqual("invisible".utf8) || word.elementsEqual("ellipsis".utf8) { return isInsideLink }
        if ["mention", "hashtag", "quote-inline"].contains(where: { word.elementsEqual($0.utf8) }) {
            return true
        }
        return isMicroformat(word)
    }

    /// `h-card`, `u-url`, `p-name`, `dt-published`, `e-content` and their like, at most 32 bytes.
    private static func isMicroformat(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count <= 32, let dash = word.firstIndex(of: UInt8(ascii: "-")) else { return false }
        let prefixes = ["h", "p", "u", "dt", "e"]
        let rest = word[(dash + 1)...]
        return prefixes.contains { word[..<dash].elementsEqual($0.utf8) } && !rest.isEmpty
            && rest.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}
