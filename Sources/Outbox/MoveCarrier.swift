public import Domain
public import Storage

/// Takes those who follow an account that has moved along to where it is now, a batch in each transaction.
///
/// A follow that cannot be made there, since a block stands between the two or the school exchanges nothing with the new
/// host, stays where it was. Of a peer's account that has moved, also the follows of ours end: nobody reads there any
/// more, and what is for followers is not sent to it.
public struct MoveCarrier {
    /// How many follows are looked at in one transaction.
    public static let batch = 100
    /// How many who block the one account are made to block the other.
    private static let mostBlockers = 1_000

    let db: any SQLConnection
    let ids: IDGenerator
    let now: Timestamp

    /// Works in a transaction.
    public init(_ db: any SQLConnection, ids: IDGenerator, now: Timestamp) {
        self.db = db
        self.ids = ids
        self.now = now
    }

    /// Begins a move: whoever here blocks the one account blocks the other too, unless they follow it; and takes the first
    /// batch of followers along.
    ///
    /// - Returns: false, with nothing changed, when one of the two has moved within the cool-down.
    public func begin(from old: Account, to target: Account) throws -> Bool {
        guard try db.moves.begin(Move(account: old.id, target: target.id, movedAt: now)) else { return false }
        for id in try db.blocks.localBlockers(of: old.id, limit: Self.mostBlockers) {
            guard let blocker = try action(of: id), blocker.actor.id != target.id,
                try db.follows.find(follower: id, followed: target.id) == nil
            else { continue }
            try blocker.block(target.id)
        }
        try carry(old, to: target, after: Follow.ID(rawValue: 0))
        return true
    }

    /// Goes on with a move that is not finished, by one batch.
    ///
    /// - Returns: whether there is more to do, of this move or another.
    public func proceed() throws -> Bool {
        guard let (move, last) = try db.moves.open() else { return false }
        guard let old = try db.accounts.find(move.account), let target = try db.moves.target(of: old.id)
        else {
            try db.moves.proceed(move.account, to: nil)
            return true
        }
        try carry(old, to: target, after: last)
        return true
    }

    private func carry(_ old: Account, to target: Account, after last: Follow.ID) throws {
        let follows = try db.follows.page(touching: old.id, after: last, limit: Self.batch)
        for follow in follows {
            if follow.followed == old.id {
                try carry(follow.follower, from: old, to: target)
            } else if !old.isLocal, let followed = try action(of: follow.followed) {
                try followed.answerFollow(of: old.id, accepts: false)
            }
        }
        try db.moves.proceed(old.id, to: follows.count == Self.batch ? follows.last?.id : nil)
    }

    private func carry(_ follower: Account.ID, from old: Account, to target: Account) throws {
        guard let action = try action(of: follower) else { return }
        guard try db.partners.admission(of: old.host, at: action.school) == .allowed else { return }
        // Who follows their own earlier account has nobody to be taken along to.
        if follower != target.id {
            do {
                _ = try action.follow(target.id)
            } catch is OutboxError {
                return
            }
        }
        try action.unfollow(old.id, keepsEntries: true)
        guard follower != target.id else { return }
        try db.notices.insert(
            Notice(id: ids.next(), account: follower, kind: .move, from: old.id, post: nil, createdAt: now)
        )
    }

    /// The hand of a local account that can act.
    private func action(of id: Account.ID) throws -> Action? {
        guard let account = try db.accounts.find(id), account.isActive, let schoolID = account.school,
            let school = try db.schools.find(schoolID)
        else { return nil }
        return Action(db: db, actor: account, school: school, ids: ids, now: now)
    }
}
