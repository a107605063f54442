/// How much of a peer's HTML is looked at and kept; beyond a limit the text is cut, never refused.
public struct HTMLLimits: Sendable, Hashable {
    /// The most bytes read, and the most bytes written.
    public var maximumBytes: Int
    /// The most tags read (start, end, comments), and the most tags written.
    public var maximumTags: Int
    /// The most block elements inside each other, and the most inline elements inside each other;
    /// deeper ones are dropped and their text kept.
    public var maximumDepth: Int

    /// 100,000 bytes, 8,000 tags, 16 levels: room for a long article.
    public static let standard = HTMLLimits()

    /// Makes limits; values below 1 count as 1.
    public init(maximumBytes: Int = 100_000, maximumTags: Int = 8_000, maximumDepth: Int = 16) {
        self.maximumBytes = max(1, maximumBytes)
        self.maximumTags = max(1, maximumTags)
        self.maximumDepth = max(1, maximumDepth)
    }
}
