/// A hashtag that an account shows on its profile.
public struct FeaturedHashtag: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<FeaturedHashtag>

    /// The most that an account shows.
    public static let maximum = 10

    /// The row's id; sorts by when it was chosen.
    public let id: ID
    /// Whose profile.
    public let account: Account.ID
    /// The hashtag without `#`, in lower case.
    public let name: String
    /// Since when.
    public let createdAt: Timestamp

    /// Puts it together.
    public init(id: ID, account: Account.ID, name: String, createdAt: Timestamp) {
        self.id = id
        self.account = account
        self.name = name
        self.createdAt = createdAt
    }
}
