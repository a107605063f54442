public import Domain
import Storage

/// What an account does for itself: nothing of it leaves the instance, and nobody is told.
extension Publisher {
    /// Mutes somebody, or changes how they are muted.
    ///
    /// `for`: how long; nil for good.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func mute(
        _ muted: Account.ID,
        hidesNotices: Bool = true,
        for length: Span? = nil,
        as account: Account.ID
    ) async throws {
        try await act(as: account, "mute") { action in
            guard muted != action.actor.id else {
                throw OutboxError.pointless(reason: "you cannot mute yourself")
            }
            guard try action.db.accounts.find(muted)?.isActive == true else {
                throw OutboxError.noSuchAccount
            }
            try action.db.mutes.set(
                Mute(
                    id: action.ids.next(),
                    account: action.actor.id,
                    muted: muted,
                    hidesNotices: hidesNotices,
                    expiresAt: length.map { action.now + $0 }
                )
            )
        }
    }

    /// Ends a mute.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func unmute(_ muted: Account.ID, as account: Account.ID) async throws {
        try await act(as: account, "unmute") { try $0.db.mutes.remove(of: muted, by: $0.actor.id) }
    }

    /// Wants no notices about a thread, or wants them again.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func muteConversation(of post: Post.ID, _ isMuted: Bool, as account: Account.ID) async throws {
        try await act(as: account, isMuted ? "mute-conversation" : "unmute-conversation") { action in
            let (post, _) = try action.visiblePost(post)
            if isMuted {
                try action.db.conversationMutes.add(threadOf: post.id, by: action.actor.id)
            } else {
                try action.db.conversationMutes.remove(threadOf: post.id, by: action.actor.id)
            }
        }
    }

    /// Bookmarks a post that the account may see, or takes the bookmark away.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func bookmark(_ post: Post.ID, _ isMarked: Bool, as account: Account.ID) async throws {
        try await act(as: account, isMarked ? "bookmark" : "unbookmark") { action in
            let (post, _) = try action.visiblePost(post)
            if isMarked {
                try action.db.bookmarks.insert(
                    Bookmark(id: action.ids.next(), account: action.actor.id, post: post.id)
                )
            } else {
                try action.db.bookmarks.remove(post.id, of: action.actor.id)
            }
        }
    }
}
