/// A conversation in direct messages, as one of those who take part in it has it.
public struct DirectThread: Sendable, Hashable {
    /// The type of its id: that of the first message of it that came.
    public typealias ID = Post.ID

    /// Whose it is.
    public let account: Account.ID
    /// The first message of it that came.
    public let id: ID
    /// Its newest message.
    public let last: Post.ID
    /// Whether something has come that was not read.
    public let isUnread: Bool

    /// Puts it together.
    public init(account: Account.ID, id: ID, last: Post.ID, isUnread: Bool) {
        self.account = account
        self.id = id
        self.last = last
        self.isUnread = isUnread
    }
}
