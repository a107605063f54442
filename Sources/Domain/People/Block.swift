/// One account's wish to have nothing to do with another.
///
/// As long as it stands neither of the two sees the other's posts, follows the other, or is told of what the other does.
public struct Block: Sendable, Hashable {
    /// The type of a block's id.
    public typealias ID = Domain.ID<Block>

    /// The row's id.
    public let id: ID
    /// Who blocks.
    public let blocker: Account.ID
    /// Who is blocked.
    public let blocked: Account.ID
    /// The Block activity's id on the wire; an Undo names it.
    public let uri: URI
    /// Since when.
    public let createdAt: Timestamp

    /// Puts a block together.
    public init(id: ID, blocker: Account.ID, blocked: Account.ID, uri: URI, createdAt: Timestamp) {
        self.id = id
        self.blocker = blocker
        self.blocked = blocked
        self.uri = uri
        self.createdAt = createdAt
    }
}
