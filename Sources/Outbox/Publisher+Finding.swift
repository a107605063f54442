public import Domain
import Storage

/// How far an account has read, what it shows on its profile, and whom it does not want proposed.
extension Publisher {
    /// Notes how far lists have been read.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func setMarks(_ marks: [ReadingMark.List: Int64], as account: Account.ID) async throws {
        try await act(as: account, "mark") { action in
            for (list, position) in marks.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                try action.db.readingMarks.set(list, of: action.actor.id, to: position, at: action.now)
            }
        }
    }

    /// Shows a hashtag on the account's profile; one that is shown already stays as it is.
    ///
    /// `name`: without `#`, folded as `Hashtag` does.
    ///
    /// - Throws: `OutboxError.tooMany`, `StorageError`.
    public func featureHashtag(_ name: String, as account: Account.ID) async throws -> FeaturedHashtag {
        try await act(as: account, "feature-hashtag") { action in
            let shown = try action.db.featuredHashtags.all(of: action.actor.id)
            if let known = shown.first(where: { $0.name == name }) { return known }
            guard shown.count < FeaturedHashtag.maximum else {
                throw OutboxError.tooMany("featured hashtags")
            }
            let hashtag = FeaturedHashtag(
                id: action.ids.next(),
                account: action.actor.id,
                name: name,
                createdAt: action.now
            )
            guard try action.db.featuredHashtags.insert(hashtag) else {
                throw OutboxError.pointless(reason: "it is shown already")
            }
            return hashtag
        }
    }

    /// Shows a hashtag no more.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func unfeatureHashtag(_ name: String, as account: Account.ID) async throws {
        try await act(as: account, "unfeature-hashtag") { action in
            try action.db.featuredHashtags.remove(name, of: action.actor.id)
        }
    }

    /// Wants somebody proposed no more; nobody is told.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func dismissProposal(of proposed: Account.ID, as account: Account.ID) async throws {
        try await act(as: account, "dismiss-proposal") { action in
            try action.db.people.dismiss(proposed, for: action.actor.id)
        }
    }
}
