public import Domain
import Storage

/// What an account does with its conversations; those with whom it has them do not learn of it.
extension Publisher {
    /// Marks a conversation as read, or as unread.
    ///
    /// - Throws: `OutboxError.noSuchThing`, `StorageError`.
    public func markConversation(_ id: DirectThread.ID, isUnread: Bool, as account: Account.ID) async throws
        -> DirectThread
    {
        try await act(as: account, "mark-conversation") { action in
            let thread = try action.conversation(id)
            try action.db.directThreads.set(id, of: action.actor.id, isUnread: isUnread)
            return DirectThread(
                account: thread.account,
                id: thread.id,
                last: thread.last,
                isUnread: isUnread
            )
        }
    }

    /// Takes a conversation out of the account's list until something new comes; the messages stay.
    ///
    /// - Throws: `OutboxError.noSuchThing`, `StorageError`.
    public func removeConversation(_ id: DirectThread.ID, as account: Account.ID) async throws {
        try await act(as: account, "remove-conversation") { action in
            try action.db.directThreads.remove(try action.conversation(id).id, of: action.actor.id)
        }
    }
}

extension Action {
    fileprivate func conversation(_ id: DirectThread.ID) throws -> DirectThread {
        guard let thread = try db.directThreads.find(id, of: actor.id) else {
            throw OutboxError.noSuchThing("conversation")
        }
        return thread
    }
}
