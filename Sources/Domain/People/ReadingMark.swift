/// How far somebody has read a list, so that their next device goes on there.
public struct ReadingMark: Sendable, Hashable {
    /// The lists that have a mark; the raw value is the client API's word.
    public enum List: String, Sendable, CaseIterable {
        case home
        case notifications
    }

    /// Whose mark.
    public let account: Account.ID
    /// In which list.
    public let list: List
    /// The position of the last entry that was read.
    public let lastRead: Int64
    /// How often it was set.
    public let version: Int
    /// When it was set last.
    public let updatedAt: Timestamp

    /// Puts a mark together.
    public init(account: Account.ID, list: List, lastRead: Int64, version: Int, updatedAt: Timestamp) {
        self.account = account
        self.list = list
        self.lastRead = lastRead
        self.version = version
        self.updatedAt = updatedAt
    }
}
