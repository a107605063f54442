/// Shows a server's own emoji, `:owl:`, as pictures.
public enum CustomEmoji {
    /// The most pictures put into one text; further shortcodes stay words.
    public static let maximumImages = 100

    /// Whether `name` (without colons) may name an emoji: 1 to 64 ASCII letters, digits and `_`.
    public static func isShortcode(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(isShortcodeByte)
    }

    /// Returns `html` with each `:shortcode:` that `image` knows replaced by an `img`; call it last, on the
    /// way to a page.
    ///
    /// Only text is looked at, never an attribute, `code` or `pre`. An image address that is not an absolute
    /// http or https one is as good as none.
    public static func inserted(into html: SanitizedHTML, image: (_ shortcode: String) -> String?) -> String {
        var out: [UInt8] = []
        var verbatim = 0
        var images = 0
        for token in HTMLTokens(html) {
            switch token {
            case .start(let name, let source):
                if name == "code" || name == "pre" { verbatim += 1 }
                out.append(contentsOf: source)
            case .end(let name, let source):
                if name == "code" || name == "pre" { verbatim -= 1 }
                out.append(contentsOf: source)
            case .text(let text) where verbatim > 0: out.append(contentsOf: text)
            case .text(let text): replace(in: text, image, &images, into: &out)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func replace(
        in text: ArraySlice<UInt8>,
        _ image: (String) -> String?,
        _ images: inout Int,
        into out: inout [UInt8]
    ) {
        var rest = text
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            out.append(contentsOf: rest[..<colon])
            let name = rest[(colon + 1)...].prefix(65).prefix(while: isShortcodeByte)
            let shortcode = String(decoding: name, as: UTF8.self)
            let closes = name.endIndex < rest.endIndex && rest[name.endIndex] == UInt8(ascii: ":")
            if closes, images < maximumImages, isShortcode(shortcode),
                let link = image(shortcode).flatMap({ WebLink($0.utf8) })
            {
                images += 1
                let source = HTMLEscape.attribute(link.href)
                let label = ":\(shortcode):"
                out.append(
                    contentsOf: "<img class=\"emoji\" src=\"\(source)\" alt=\"\(label)\" title=\"\(label)\">"
                        .utf8
                )
                rest = rest[(name.endIndex + 1)...]
            } else {
                out.append(UInt8(ascii: ":"))
                rest = rest[(colon + 1)...]
            }
        }
        out.append(contentsOf: rest)
    }

    private static func isShortcodeByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
    }
}
