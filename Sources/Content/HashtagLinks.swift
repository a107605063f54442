/// Turns the links of hashtags to other pages.
///
/// What a peer sent links to the peer's own page of the hashtag, where our people are strangers.
public enum HashtagLinks {
    /// Returns markup in which the links of hashtags lead to the pages that `page` names.
    ///
    /// Such a link carries the class `hashtag` and its text is one; everything else is as it was. Linear in the markup.
    public static func relinked(_ html: SanitizedHTML, page: (Hashtag) -> String) -> SanitizedHTML {
        let bytes = html.html.utf8
        // Most posts have none.
        guard names(html.html) else { return html }
        var out = ""
        var rest = bytes[...]
        while let start = rest.firstRange(of: "<a ".utf8) {
            let tail = rest[start.lowerBound...]
            guard let tagEnd = tail.firstIndex(of: UInt8(ascii: ">")),
                let end = tail.firstRange(of: "</a>".utf8)
            else { break }
            let tag = tail[...tagEnd]
            out += String(Substring(rest[..<start.lowerBound]))
            if isHashtag(tag), tagEnd < end.lowerBound,
                let name = hashtag(in: tail[bytes.index(after: tagEnd)..<end.lowerBound]),
                let changed = replacing(addressIn: tag, with: page(name))
            {
                out += changed
            } else {
                out += String(Substring(tag))
            }
            rest = rest[bytes.index(after: tagEnd)...]
        }
        if rest.startIndex == bytes.startIndex { return html }
        return SanitizedHTML(html: out + String(Substring(rest)), isShortened: html.isShortened)
    }

    /// Whether the word `hashtag` stands anywhere.
    private static func names(_ html: String) -> Bool {
        var html = html
        return html.withUTF8 { bytes in
            let word = "hashtag".utf8
            var rest = bytes[...]
            while let start = rest.firstIndex(of: UInt8(ascii: "h")) {
                if rest[start...].starts(with: word) { return true }
                rest = rest[(start + 1)...]
            }
            return false
        }
    }

    private static func isHashtag(_ tag: Substring.UTF8View) -> Bool {
        guard let start = tag.firstRange(of: " class=\"".utf8) else { return false }
        return tag[start.upperBound...].prefix { $0 != UInt8(ascii: "\"") }
            .split(separator: UInt8(ascii: " ")).contains { $0.elementsEqual("hashtag".utf8) }
    }

    /// The hashtag that a link's text is, tags between its letters left out.
    private static func hashtag(in content: Substring.UTF8View) -> Hashtag? {
        var text: [UInt8] = []
        var isInTag = false
        for byte in content {
            switch byte {
            case UInt8(ascii: "<"): isInTag = true
            case UInt8(ascii: ">"): isInTag = false
            default: if !isInTag { text.append(byte) }
            }
            // No hashtag is longer: four bytes a scalar.
            if text.count > 4 * Hashtag.maximumLength + 1 { return nil }
        }
        return Hashtag(String(decoding: text, as: UTF8.self))
    }

    private static func replacing(addressIn tag: Substring.UTF8View, with address: String) -> String? {
        guard let start = tag.firstRange(of: " href=\"".utf8) else { return nil }
        let value = tag[start.upperBound...]
        guard let end = value.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return String(Substring(tag[..<start.upperBound])) + HTMLEscape.attribute(address)
            + String(Substring(tag[end...]))
    }
}
