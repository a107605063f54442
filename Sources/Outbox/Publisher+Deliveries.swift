public import Domain
import Storage

extension Publisher {
    /// Has a post of the account's own tried once more where it did not arrive: at one host, or at all.
    ///
    /// - Returns: the hosts to which something goes; empty when all of it arrived, or was tried within the last minute.
    /// - Throws: `OutboxError.noSuchPost`, `OutboxError.notYourPost`, `StorageError`.
    public func retryDeliveries(of id: Post.ID, to host: Host? = nil, as account: Account.ID) async throws
        -> [Host]
    {
        try await act(as: account, "retry") { action in
            let post = try action.ownPost(id)
            return try action.db.deliveries.retry(
                post: post.id,
                by: action.actor.id,
                host: host,
                at: action.now
            )
        }
    }
}
