public import Domain
import Storage

extension Publisher {
    /// Lets public posts with a hashtag come into the account's home timeline from now on; twice changes nothing.
    ///
    /// `name`: without `#`, folded as `Hashtag` does.
    ///
    /// - Throws: `OutboxError.tooMany` when 500 are followed; `StorageError`.
    public func followHashtag(_ name: String, as account: Account.ID) async throws {
        try await act(as: account, "follow-hashtag") { action in try action.followHashtag(name) }
    }

    /// Follows a hashtag no more; what came through it alone leaves the home timeline.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func unfollowHashtag(_ name: String, as account: Account.ID) async throws {
        try await act(as: account, "unfollow-hashtag") { action in
            try action.db.hashtags.unfollow(name, by: action.actor.id)
            try action.db.timelines.remove(hashtag: name, from: action.actor.id)
        }
    }
}

extension Action {
    private static let maximumHashtags = 500

    func followHashtag(_ name: String) throws {
        guard try db.hashtags.followed(by: actor.id, among: [name]).isEmpty else { return }
        guard try db.hashtags.countFollowed(by: actor.id) < Self.maximumHashtags else {
            throw OutboxError.tooMany("followed hashtags")
        }
        try db.hashtags.follow(
            FollowedHashtag(id: ids.next(), account: actor.id, name: name, createdAt: now)
        )
    }
}
