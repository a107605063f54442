/// One post's quote of another, and what the quoted author said to it.
///
/// Spec: FEP-044f. Without its author's approval a quoted post is not shown inside another.
public struct Quote: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<Quote>

    /// How far it has come.
    public enum State: String, Sendable, CaseIterable {
        /// Nobody has approved it yet.
        case pending
        /// The quoted author has approved it, or needs not be asked.
        case accepted
        /// The quoted author has refused it, or what was shown as approval is none.
        case rejected
        /// The quoted author has taken the approval back.
        case revoked
    }

    /// The most quotes of one post that wait for its author; what comes then is refused.
    public static let maximumPending = 500

    /// The row's id, also that of our approval.
    public let id: ID
    /// The post that quotes.
    public let uri: URI
    /// The post that is quoted.
    public let quoted: URI
    /// Who quotes.
    public let account: Account.ID
    /// How far it has come.
    public var state: State
    /// The QuoteRequest that asked for approval; where both are of this instance the post itself, which needs none.
    public var request: URI?
    /// The approval: ours, or the one that a peer names.
    public var stamp: URI?
    /// When a peer's approval is to be looked at next.
    public var dueAt: Timestamp?
    /// How often looking at it has failed since it last succeeded.
    public var attempts: Int
    /// When it was noted.
    public let createdAt: Timestamp

    /// Puts a quote together.
    public init(
        id: ID,
        uri: URI,
        quoted: URI,
        account: Account.ID,
        state: State,
        request: URI? = nil,
        stamp: URI? = nil,
        dueAt: Timestamp? = nil,
        attempts: Int = 0,
        createdAt: Timestamp
    ) {
        self.id = id
        self.uri = uri
        self.quoted = quoted
        self.account = account
        self.state = state
        self.request = request
        self.stamp = stamp
        self.dueAt = dueAt
        self.attempts = attempts
        self.createdAt = createdAt
    }
}
