/// An account that another recommends on its page.
public struct Endorsement: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<Endorsement>

    /// The most that one account recommends.
    public static let maximum = 100

    /// The row's id; sorts by when it was made.
    public let id: ID
    /// Who recommends.
    public let account: Account.ID
    /// Whom.
    public let endorsed: Account.ID

    /// Puts an endorsement together.
    public init(id: ID, account: Account.ID, endorsed: Account.ID) {
        self.id = id
        self.account = account
        self.endorsed = endorsed
    }
}
