public import Domain
public import Storage

/// When the audience is told how a poll of ours stands: some time after a vote, and not after each.
public struct PollNews {
    /// The counts are told at most once in this time.
    public static let interval = Span.minutes(3)

    private let db: any SQLConnection

    /// Works in the transaction that counts a vote.
    public init(_ db: any SQLConnection) { self.db = db }

    /// Notes that there is a new vote; while the counts are secret there is nothing to tell.
    public func note(_ post: Post.ID, at now: Timestamp) throws(StorageError) {
        guard let poll = try db.polls.find(post), poll.showsTotals else { return }
        try db.polls.setDue(post, by: now + Self.interval)
    }
}
