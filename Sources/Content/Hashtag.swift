/// A word by which posts are found: `#Mathe`.
public struct Hashtag: Sendable, Hashable {
    /// The word as written, without `#`.
    public let display: String
    /// The word for comparing and for addresses: NFKC, lower case.
    public let name: String

    /// The longest hashtag, in Unicode scalars.
    public static let maximumLength = 100

    /// Reads a hashtag, with or without its `#`; `nil` unless it is 1 to 100 letters, digits and `_` of any
    /// script with a letter among them.
    public init?(_ text: String) {
        let word =
            text.unicodeScalars.first == "#" ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
        guard (1...Self.maximumLength).contains(word.count), word.allSatisfy(Self.isTagScalar),
            word.contains(where: \.properties.isAlphabetic)
        else { return nil }
        display = String(word)
        name = CompatibilityFold.fold(display)
    }

    /// Two hashtags are the same when their ``name`` is, byte for byte.
    public static func == (left: Hashtag, right: Hashtag) -> Bool {
        left.name.utf8.elementsEqual(right.name.utf8)
    }

    /// Hashes the ``name``.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }

    static func isTagScalar(_ scalar: UnicodeScalar) -> Bool {
        scalar == "_" || scalar.isWordScalar
    }
}
