public import Domain
import Storage

/// What an account notes about others, whom it recommends, and whom it does not want as a follower.
extension Publisher {
    /// Notes something about an account, for one's own eyes alone; blank takes the note away.
    ///
    /// - Throws: `OutboxError.badText` for more than 2,000 characters, `noSuchAccount`; `StorageError`.
    public func note(_ text: String, about other: Account.ID, as account: Account.ID) async throws {
        guard text.unicodeScalars.count <= 2_000 else {
            throw OutboxError.badText(reason: "the note is longer than 2000 characters")
        }
        try await act(as: account, "note") { action in
            guard try action.db.accounts.find(other)?.isActive == true else {
                throw OutboxError.noSuchAccount
            }
            let isBlank = text.allSatisfy(\.isWhitespace)
            try action.db.remarks.note(isBlank ? "" : text, about: other, by: action.actor.id)
        }
    }

    /// Recommends somebody whom the account follows on its page, or takes that back; twice changes nothing.
    ///
    /// - Throws: `OutboxError.pointless` for who is not followed, `tooMany` above 100; `StorageError`.
    public func endorse(_ other: Account.ID, _ isEndorsed: Bool, as account: Account.ID) async throws {
        try await act(as: account, isEndorsed ? "endorse" : "unendorse") { action in
            let (db, actor) = (action.db, action.actor.id)
            guard try db.accounts.find(other)?.isActive == true else { throw OutboxError.noSuchAccount }
            guard isEndorsed else { return try db.remarks.removeEndorsement(of: other, by: actor) }
            if try db.remarks.isEndorsed(other, by: actor) { return }
            guard try db.follows.find(follower: actor, followed: other)?.state == .accepted else {
                throw OutboxError.pointless(reason: "you can only recommend people whom you follow")
            }
            guard try db.remarks.countEndorsements(by: actor) < Endorsement.maximum else {
                throw OutboxError.tooMany("recommended people")
            }
            try db.remarks.endorse(Endorsement(id: action.ids.next(), account: actor, endorsed: other))
        }
    }

    /// Ends somebody's follow of the account, or refuses the wish; their home is told.
    ///
    /// Of who does not follow nothing changes.
    ///
    /// Spec: ActivityPub 7.7: a Reject of the Follow.
    ///
    /// - Throws: `OutboxError.noSuchAccount`; `StorageError`.
    public func removeFollower(_ follower: Account.ID, as account: Account.ID) async throws {
        try await act(as: account, "remove-follower") { action in
            guard try action.db.accounts.find(follower) != nil else { throw OutboxError.noSuchAccount }
            guard try action.db.follows.find(follower: follower, followed: action.actor.id) != nil else {
                return
            }
            try action.removeFollower(follower)
        }
    }
}

extension Action {
    fileprivate func removeFollower(_ follower: Account.ID) throws {
        try answerFollow(of: follower, accepts: false)
        // What the actor writes comes no more to one who is at home here.
        try db.timelines.remove(author: actor.id, from: follower)
        try db.remarks.removeEndorsement(of: actor.id, by: follower)
    }
}
