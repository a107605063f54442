/// An activity that came in, was verified, and is kept until it has had its effect.
public struct ReceivedActivity: Sendable, Hashable {
    /// The type of a received activity's id.
    public typealias ID = Domain.ID<ReceivedActivity>

    /// How far it has come.
    public enum State: String, Sendable, CaseIterable {
        /// Durable and acknowledged; a worker claims it with a lease. A crash leaves it here until the lease lapses.
        case kept
        /// Its effect is in the database, in the same transaction as this mark. Final.
        case applied
        /// It has no effect here, for a named reason. Final.
        case ignored
        /// Its handler failed too often; an operator may retry it. Never blocks the others.
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
    /// How often a worker has claimed it.
    public var attempts: Int

    /// Puts a received activity together.
    public init(
        id: ID,
        uri: URI,
        actor: URI,
        host: Host,
        recipient: Account.ID?,
        body: [UInt8],
        receivedAt: Timestamp,
        attempts: Int = 0
    ) {
        self.id = id
        self.uri = uri
        self.actor = actor
        self.host = host
        self.recipient = recipient
        self.body = body
        self.receivedAt = receivedAt
        self.attempts = attempts
    }
}
