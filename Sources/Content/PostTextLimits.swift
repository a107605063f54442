/// How much a local author may write in one post.
public struct PostTextLimits: Sendable, Hashable {
    /// The most characters (what a reader takes for one).
    public var maximumCharacters: Int
    /// The most different people mentioned.
    public var maximumMentions: Int

    /// 5,000 characters and 50 mentions.
    public static let standard = PostTextLimits()

    /// Makes limits; values below 1 count as 1.
    public init(maximumCharacters: Int = 5_000, maximumMentions: Int = 50) {
        self.maximumCharacters = max(1, maximumCharacters)
        self.maximumMentions = max(1, maximumMentions)
    }
}

/// Why a text cannot be posted.
public enum PostTextRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text is longer than `limit` characters, or than 16 bytes for each of them.
    case tooLong(limit: Int)
    /// The text mentions more than `limit` people.
    case tooManyMentions(limit: Int)

    /// The reason in words for the author.
    public var description: String {
        switch self {
        case .tooLong(let limit): "The text is longer than \(limit) characters."
        case .tooManyMentions(let limit): "The text mentions more than \(limit) people."
        }
    }
}
