public import Domain
import Storage
import Vocabulary

extension Publisher {
    /// Shows a post of the account's own first on its page; at most five.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func pin(_ post: Post.ID, as account: Account.ID) async throws {
        try await act(as: account, "pin") { action in try action.pin(post) }
    }

    /// Takes a pin away.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func unpin(_ post: Post.ID, as account: Account.ID) async throws {
        try await act(as: account, "unpin") { action in try action.unpin(post) }
    }
}

extension Action {
    func pin(_ id: Post.ID) throws {
        let post = try ownPost(id)
        guard post.audience != .direct else {
            throw OutboxError.pointless(reason: "a direct message cannot be pinned")
        }
        if try db.pins.contains(id) { return }
        guard try db.pins.count(of: actor.id) < Pin.maximum else {
            throw OutboxError.pointless(reason: "at most \(Pin.maximum) posts can be pinned")
        }
        try db.pins.insert(post, at: ids.next())
        try sendPins("Add", post)
    }

    func unpin(_ id: Post.ID) throws {
        let post = try ownPost(id)
        guard try db.pins.remove(id) else { return }
        try sendPins("Remove", post)
    }

    private func sendPins(_ type: String, _ post: Post) throws {
        guard let featured = actor.endpoints.featured else { return }
        let (activity, uri) = enqueuer.issue()
        let addressing = Addressing(post.audience, author: actor, mentioned: [])
        try enqueuer.enqueue(
            ActivityDocument.pins(
                type,
                uri,
                actor: actor,
                object: post.uri,
                featured: featured,
                addressing,
                at: now
            ),
            id: activity,
            uri: uri,
            actor: actor,
            type: type,
            object: post.uri,
            post: post.id,
            recipients: try recipients(of: post, addressed: [])
        )
    }
}
