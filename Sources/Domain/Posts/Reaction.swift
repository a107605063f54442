/// An account's like or boost of a post.
public struct Reaction: Sendable, Hashable {
    /// The type of a reaction's id.
    public typealias ID = Domain.ID<Reaction>

    /// What the account did.
    public enum Kind: String, Sendable {
        /// Likes it: tells the author.
        case like
        /// Boosts it: shows it to its own followers (Announce on the wire).
        case boost
    }

    /// The row's id.
    public let id: ID
    /// What was done.
    public let kind: Kind
    /// Who did it.
    public let account: Account.ID
    /// To which post.
    public let post: Post.ID
    /// The Like's or Announce's id on the wire; an Undo names it.
    public let uri: URI
    /// When.
    public let createdAt: Timestamp

    /// Puts a reaction together.
    public init(
        id: ID,
        kind: Kind,
        account: Account.ID,
        post: Post.ID,
        uri: URI,
        createdAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.account = account
        self.post = post
        self.uri = uri
        self.createdAt = createdAt
    }
}
