/// An account's wish not to see another: not in its home timeline, in feeds, and, if so wished, in its notices.
///
/// The other is not told, and nothing of it leaves the instance.
public struct Mute: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<Mute>

    /// The row's id; sorts by when it was made.
    public let id: ID
    /// Who does not want to see.
    public let account: Account.ID
    /// Whom.
    public let muted: Account.ID
    /// Whether the notices from them are left out too.
    public let hidesNotices: Bool
    /// When it ends; nil for never.
    ///
    /// Housekeeping ends it, within a minute.
    public let expiresAt: Timestamp?

    /// Puts a mute together.
    public init(
        id: ID,
        account: Account.ID,
        muted: Account.ID,
        hidesNotices: Bool = true,
        expiresAt: Timestamp? = nil
    ) {
        self.id = id
        self.account = account
        self.muted = muted
        self.hidesNotices = hidesNotices
        self.expiresAt = expiresAt
    }
}
