/// An account's like, boost or emoji reaction to a post.
public struct Reaction: Sendable, Hashable {
    /// The type of a reaction's id.
    public typealias ID = Domain.ID<Reaction>

    /// What the account did.
    public enum Kind: String, Sendable {
        /// Likes it: tells the author.
        case like
        /// Boosts it: shows it to its own followers (Announce on the wire).
        case boost
        /// Answers it with an emoji: tells the author.
        case emoji

        /// What the author is told.
        public var notice: Notice.Kind {
            switch self {
            case .like: .like
            case .boost: .boost
            case .emoji: .emojiReaction
            }
        }
    }

    /// The row's id.
    public let id: ID
    /// What was done.
    public let kind: Kind
    /// Who did it.
    public let account: Account.ID
    /// To which post.
    public let post: Post.ID
    /// With which emoji; nil for a like or boost.
    public let emoji: ReactionEmoji?
    /// The Like's, Announce's or EmojiReact's id on the wire; an Undo names it.
    public let uri: URI
    /// When.
    public let createdAt: Timestamp

    /// Puts a reaction together.
    public init(
        id: ID,
        kind: Kind,
        account: Account.ID,
        post: Post.ID,
        emoji: ReactionEmoji? = nil,
        uri: URI,
        createdAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.account = account
        self.post = post
        self.emoji = emoji
        self.uri = uri
        self.createdAt = createdAt
    }
}
