/// One activity bound for one inbox.
///
/// A row holds ids only: never a copy of the body, a signature or a secret.
public struct Delivery: Sendable, Hashable {
    /// The type of a delivery's id.
    public typealias ID = Domain.ID<Delivery>

    /// How far it has come.
    public enum State: String, Sendable, CaseIterable {
        /// Due at its time. The worker that holds the lease on its host's lane sends it; a crash leaves it waiting
        /// and the lane's lease lapses.
        case waiting
        /// The inbox answered 2xx. Final.
        case delivered
        /// Given up, with a reason that its author can read. An operator may retry it.
        case undelivered
    }

    /// The row's id; a lane sends in this order.
    public let id: ID
    /// What is sent.
    public let activity: OutboxActivity.ID
    /// Whose activity it is; its key signs.
    public let actor: Account.ID
    /// The school whose partner list governs it.
    public let school: School.ID
    /// Where to.
    public let inbox: URI
    /// What it is about; see `OutboxActivity.object`.
    public let object: URI
    /// Whether its addressee is named in person: those go first.
    public let isDirect: Bool
    /// How often it has been tried.
    public var attempts: Int
    /// When it was made; its age decides when it is given up.
    public let createdAt: Timestamp

    /// Puts a delivery together.
    public init(
        id: ID,
        activity: OutboxActivity.ID,
        actor: Account.ID,
        school: School.ID,
        inbox: URI,
        object: URI,
        isDirect: Bool,
        attempts: Int = 0,
        createdAt: Timestamp
    ) {
        self.id = id
        self.activity = activity
        self.actor = actor
        self.school = school
        self.inbox = inbox
        self.object = object
        self.isDirect = isDirect
        self.attempts = attempts
        self.createdAt = createdAt
    }
}
