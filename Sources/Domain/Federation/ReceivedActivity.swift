/// An activity that came in, was verified, and is kept until it has had its effect.
public struct ReceivedActivity: Sendable, Hashable {
    /// The type of a received activity's id.
    public typealias ID = Domain.ID<ReceivedActivity>

    /// How far it has come.
    public enum State: String, Sendable, CaseIterable {
        /// Durable and acknowledged; waits until it is due. A worker claims it.
        case kept
        /// A worker is at it under a lease, which it renews. Finished, or put back to `kept` when it fails or the
        /// worker stops; when the process dies the lease lapses, and whoever claims next makes it `suspected`.
        case claimed
        /// Was in work when a process died, so it may be what killed it. A worker claims it again when it has
        /// nothing else in work; the third process that dies over it alone leaves it `quarantined`.
        case suspected
        /// Its effect is in the database, in the same transaction as this mark. Final.
        case applied
        /// It has no effect here, for a named reason. Final.
        case ignored
        /// Its handler failed too often or ended the process; an operator may retry it. Never blocks the others.
        case quarantined
    }

    /// The row's id; activities of one actor are applied in this order.
    public let id: ID
    /// Its id on the wire, unique on the instance.
    public let uri: URI
    /// Whose it is: the signer.
    public let actor: URI
    /// The signer's host.
    public let host: Host
    /// The account whose own inbox it came through; nil for a shared inbox.
    public let recipient: Account.ID?
    /// The exact bytes that were received; emptied once it is applied or ignored.
    public let body: [UInt8]
    /// When it was received.
    public let receivedAt: Timestamp
    /// How often its handler has failed, other than for a fault of ours.
    public var attempts: Int
    /// How many processes died while it was in work; each but the first while nothing else was.
    public var crashes: Int
    /// Why it failed last or was ignored.
    public var reason: String?

    /// Puts a received activity together.
    public init(
        id: ID,
        uri: URI,
        actor: URI,
        host: Host,
        recipient: Account.ID?,
        body: [UInt8],
        receivedAt: Timestamp,
        attempts: Int = 0,
        crashes: Int = 0,
        reason: String? = nil
    ) {
        self.id = id
        self.uri = uri
        self.actor = actor
        self.host = host
        self.recipient = recipient
        self.body = body
        self.receivedAt = receivedAt
        self.attempts = attempts
        self.crashes = crashes
        self.reason = reason
    }
}
