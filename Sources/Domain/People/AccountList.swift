/// A list: some of those whom an account follows, read as a timeline of their own.
public struct AccountList: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<AccountList>

    /// Which answers stand in the list; those of members to themselves and to the list's owner always do.
    public enum RepliesPolicy: String, Sendable, CaseIterable {
        /// Answers to anybody whom the owner follows.
        case followed
        /// Answers to members of the list.
        case list
        /// No others.
        case none
    }

    /// The row's id.
    public let id: ID
    /// Whose it is; nobody else sees it.
    public let account: Account.ID
    /// Its name.
    public var title: String
    /// Which answers stand in it.
    public var replies: RepliesPolicy
    /// Whether what stands in it is left out of the home timeline.
    public var isExclusive: Bool

    /// Puts a list together.
    public init(
        id: ID,
        account: Account.ID,
        title: String,
        replies: RepliesPolicy = .list,
        isExclusive: Bool = false
    ) {
        self.id = id
        self.account = account
        self.title = title
        self.replies = replies
        self.isExclusive = isExclusive
    }
}
