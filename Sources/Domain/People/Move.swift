/// One account's step to another that says it is the same person's: who follows the one is to follow the other.
public struct Move: Sendable, Hashable {
    /// How long after a move an account cannot move again.
    public static let coolDown = Span.days(7)
    /// The most earlier accounts that one of ours may name.
    public static let mostAliases = 10

    /// Who has moved, ours or a peer's.
    public let account: Account.ID
    /// Where to; nil when the move was taken back.
    public let target: Account.ID?
    /// When.
    public let movedAt: Timestamp

    /// Puts a move together.
    public init(account: Account.ID, target: Account.ID?, movedAt: Timestamp) {
        self.account = account
        self.target = target
        self.movedAt = movedAt
    }

    /// Whether the account may move again.
    public func isOver(at now: Timestamp) -> Bool { now - movedAt >= Self.coolDown }
}

/// What an account says of where it was and where it has gone.
///
/// On the wire `alsoKnownAs` and `movedTo`.
public struct Whereabouts: Sendable, Hashable {
    /// The actors that it says are the same person's: it may be moved to from these.
    public var aliases: [URI]
    /// The actor that it has moved to; nil when it has not.
    public var movedTo: URI?

    /// Puts them together; without arguments those of an account that was always where it is.
    public init(aliases: [URI] = [], movedTo: URI? = nil) {
        self.aliases = aliases
        self.movedTo = movedTo
    }
}
