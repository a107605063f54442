/// A hashtag that an account follows: public posts that have it come into its home timeline.
public struct FollowedHashtag: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<FollowedHashtag>

    /// The row's id; sorts by when it was followed.
    public let id: ID
    /// Who follows.
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

/// How much a hashtag was used on one day, in public posts as far as this instance has them.
public struct HashtagDay: Sendable, Hashable {
    /// The day, in UTC.
    public let day: CalendarDay
    /// In how many posts.
    public let uses: Int
    /// By how many accounts.
    public let accounts: Int

    /// Puts it together.
    public init(day: CalendarDay, uses: Int, accounts: Int) {
        self.day = day
        self.uses = uses
        self.accounts = accounts
    }
}
