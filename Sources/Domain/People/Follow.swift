/// One account's wish to see another's posts, and how far it has come.
public struct Follow: Sendable, Hashable {
    /// The type of a follow's id.
    public typealias ID = Domain.ID<Follow>

    /// How far a follow has come.
    public enum State: String, Sendable {
        /// Asked; the followed account's home has not answered. Moved on by Accept, Reject or Undo.
        case pending
        /// Answered with yes; posts flow.
        case accepted
    }

    /// The row's id.
    public let id: ID
    /// Who follows.
    public let follower: Account.ID
    /// Who is followed.
    public let followed: Account.ID
    /// The Follow activity's id on the wire; an Accept or Undo names it.
    public let uri: URI
    /// How far it has come.
    public var state: State
    /// When it was asked.
    public let createdAt: Timestamp
    /// Whether what the followed account boosts comes into the follower's home timeline.
    public var showsBoosts: Bool
    /// Whether the follower is told of each new post.
    public var notifies: Bool

    /// Puts a follow together.
    public init(
        id: ID,
        follower: Account.ID,
        followed: Account.ID,
        uri: URI,
        state: State,
        createdAt: Timestamp,
        showsBoosts: Bool = true,
        notifies: Bool = false
    ) {
        self.id = id
        self.follower = follower
        self.followed = followed
        self.uri = uri
        self.state = state
        self.createdAt = createdAt
        self.showsBoosts = showsBoosts
        self.notifies = notifies
    }
}
