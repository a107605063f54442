public import Domain
import Storage

extension Publisher {
    /// Blocks an account: follows end both ways, and neither sees the other's posts; the other's home is told.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func block(_ other: Account.ID, as account: Account.ID) async throws {
        try await act(as: account, "block") { action in try action.block(other) }
    }

    /// Ends a block; the follows that it ended do not come back.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func unblock(_ other: Account.ID, as account: Account.ID) async throws {
        try await act(as: account, "unblock") { action in try action.unblock(other) }
    }
}

extension Action {
    func block(_ id: Account.ID) throws {
        guard let blocked = try db.accounts.find(id), blocked.goneAt == nil else {
            throw OutboxError.noSuchAccount
        }
        guard blocked.id != actor.id else { throw OutboxError.pointless(reason: "you cannot block yourself") }
        guard try db.blocks.find(blocker: actor.id, blocked: id) == nil else { return }
        // Servers that read no Block end the follows all the same.
        try unfollow(id)
        if try db.follows.find(follower: id, followed: actor.id) != nil {
            try answerFollow(of: id, accepts: false)
        }
        let (activity, uri) = enqueuer.issue()
        try db.blocks.insert(
            Block(id: ids.next(), blocker: actor.id, blocked: id, uri: uri, createdAt: now)
        )
        try enqueuer.enqueue(
            ActivityDocument.block(uri, actor: actor, object: blocked.uri),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Block",
            object: uri,
            recipients: try enqueuer.recipients(to: blocked)
        )
    }

    func unblock(_ id: Account.ID) throws {
        guard let block = try db.blocks.find(blocker: actor.id, blocked: id),
            let blocked = try db.accounts.find(id)
        else { return }
        try db.blocks.remove(block.id)
        let (activity, uri) = enqueuer.issue()
        try enqueuer.enqueue(
            ActivityDocument.undo(
                uri,
                actor: actor,
                type: "Block",
                of: block.uri,
                object: blocked.uri,
                Addressing(to: [blocked.uri])
            ),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Undo",
            object: block.uri,
            recipients: try enqueuer.recipients(to: blocked)
        )
    }

    /// Leaves out those between whom and the actor a block stands: they are not told.
    func withoutParted(_ accounts: [Account]) throws -> [Account] {
        try db.blocks.withoutParted(accounts, from: actor.id)
    }
}
