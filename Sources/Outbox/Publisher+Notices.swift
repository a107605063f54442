public import Domain
import Storage

/// What an account does with what it is told; nobody learns of it.
extension Publisher {
    /// Forgets what a group tells.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func dismiss(_ group: NoticeGroup.Key, as account: Account.ID) async throws {
        try await act(as: account, "dismiss-notices") { action in
            try action.db.notices.remove(group, of: action.actor.id)
        }
    }

    /// Forgets everything, but what is kept aside.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func clearNotices(as account: Account.ID) async throws {
        try await act(as: account, "clear-notices") { try $0.db.notices.clear($0.actor.id) }
    }

    /// Changes what the account wants to be told.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func changeNoticePolicy(
        as account: Account.ID,
        _ change: @escaping @Sendable (inout NoticePolicy) -> Void
    ) async throws {
        try await act(as: account, "change-notice-policy") { action in
            var policy = try action.db.noticePolicies.find(of: action.actor.id)
            change(&policy)
            try action.db.noticePolicies.set(policy, of: action.actor.id)
        }
    }

    /// Decides on what another account has told that is kept aside: tells it, now and from now on, or throws it away.
    ///
    /// - Returns: false, with nothing changed, when nothing of it is kept aside.
    /// - Throws: `OutboxError`, `StorageError`.
    public func answerHeld(from other: Account.ID, accepts: Bool, as account: Account.ID) async throws -> Bool
    {
        try await act(as: account, "answer-held") { action in
            let me = action.actor.id
            guard try !action.db.notices.held(of: me, .init(), from: other).isEmpty else { return false }
            if accepts {
                try action.db.noticePolicies.permit(other, by: me)
                try action.db.notices.release(from: other, to: me)
            } else {
                try action.db.notices.removeHeld(from: other, to: me)
            }
            return true
        }
    }
}
