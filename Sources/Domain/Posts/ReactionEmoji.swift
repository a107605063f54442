/// The emoji of a reaction: one of Unicode's, or a picture that a server made and named.
public struct ReactionEmoji: Sendable, Hashable {
    /// The most that one account answers one post with.
    public static let maximumPerAccount = 8
    /// The most bytes of one of Unicode's; the longest that are in use have 35.
    private static let longest = 64

    /// The emoji itself, or `:name@host:`; what tells reactions apart.
    public let text: String
    /// Where the picture is; nil for one of Unicode's.
    public let image: URI?

    /// Takes an emoji of Unicode's; nil when the text is not exactly one.
    ///
    /// Spec: Unicode Technical Standard 51. One that servers write with and without its variation selector is one.
    public init?(unicode text: String) {
        guard text.count == 1, text.utf8.count <= Self.longest, let first = text.unicodeScalars.first,
            text.unicodeScalars.allSatisfy(Self.isPart)
        else { return nil }
        let isPlain = text.unicodeScalars.count == 1
        let isPicture =
            first.properties.isEmojiPresentation || (first.properties.isEmoji && first.value > 0xFF)
            || (!isPlain && first.properties.isEmoji)
        guard isPicture else { return nil }
        self.text = isPlain && !first.properties.isEmojiPresentation ? text + "\u{FE0F}" : text
        image = nil
    }

    /// Takes a server's own picture; nil when the name is none of 1 to 64 ASCII letters, digits and `_`.
    public init?(name: String, host: Host, image: URI) {
        guard Self.isName(name), image.origin.scheme == .https else { return nil }
        text = ":\(name)@\(host):"
        self.image = image
    }

    /// Takes a stored one; empty for none.
    public init?(stored text: String, image: URI?) {
        guard !text.isEmpty else { return nil }
        self.text = text
        self.image = image
    }

    /// As it goes over the wire: a picture by its name alone, `:name:`.
    public var wireText: String { image == nil ? text : ":\(name):" }

    /// The name of a picture without its host; else the emoji itself.
    public var name: String { image == nil ? text : Self.name(in: text) }

    /// The name in `:name:` or `:name@host:`.
    public static func name(in text: String) -> String {
        String(text.drop { $0 == ":" }.prefix { $0 != "@" && $0 != ":" })
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
                    || (0x41...0x5A).contains(byte & 0xDF)
            }
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Joiner, variation selector, key cap, tags of flags.
        case 0x200D, 0xFE0F, 0x20E3, 0xE0020...0xE007F: true
        default: scalar.properties.isEmoji
        }
    }
}
