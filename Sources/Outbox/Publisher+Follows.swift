public import Domain
import Peers
import Storage

extension Publisher {
    /// Follows the account with a handle, found by WebFinger when it is not known.
    ///
    /// - Throws: `OutboxError`, `FetchError`, `StorageError`.
    public func follow(_ handle: Handle, as account: Account.ID) async throws -> Follow {
        let school = try await school(of: account)
        let followed = try await directory.account(handle, for: school)
        return try await follow(followed.id, as: account)
    }

    /// Follows an account: at once when it is of this instance and takes everybody, else when its home accepts.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func follow(_ followed: Account.ID, as account: Account.ID) async throws -> Follow {
        try await act(as: account, "follow") { action in try action.follow(followed) }
    }

    /// Follows an account, and says what of it one wants; what is nil stays as it was, at first boosts and no notices.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func follow(_ followed: Account.ID, showsBoosts: Bool?, notifies: Bool?, as account: Account.ID)
        async throws -> Follow
    {
        try await act(as: account, "follow") { action in
            var follow = try action.follow(followed)
            let stopsBoosts = follow.showsBoosts && showsBoosts == false
            follow.showsBoosts = showsBoosts ?? follow.showsBoosts
            follow.notifies = notifies ?? follow.notifies
            try action.db.follows.set(follow.id, showsBoosts: follow.showsBoosts, notifies: follow.notifies)
            if stopsBoosts { try action.db.timelines.remove(boostsBy: followed, from: account) }
            return follow
        }
    }

    /// Ends a follow, or takes back the wish; the other's home is told.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func unfollow(_ followed: Account.ID, as account: Account.ID) async throws {
        try await act(as: account, "unfollow") { action in try action.unfollow(followed) }
    }

    /// Answers somebody's wish to follow the account.
    ///
    /// - Throws: `OutboxError` when there is no such wish; `StorageError`.
    public func answerFollow(of follower: Account.ID, accepts: Bool, as account: Account.ID) async throws {
        try await act(as: account, accepts ? "accept" : "reject") { action in
            try action.answerFollow(of: follower, accepts: accepts)
        }
    }
}

extension Action {
    func follow(_ id: Account.ID) throws -> Follow {
        guard let followed = try db.accounts.find(id), followed.isActive else {
            throw OutboxError.noSuchAccount
        }
        guard followed.id != actor.id else {
            throw OutboxError.pointless(reason: "you cannot follow yourself")
        }
        try refuseMoved()
        if let target = try db.moves.target(of: id) { throw OutboxError.isElsewhere(now: target.handle) }
        guard try db.partners.admission(of: followed.host, at: school) != .refused else {
            throw OutboxError.notAPartner(followed.host)
        }
        guard try !db.blocks.stands(between: actor.id, and: id) else { throw OutboxError.blocked }
        if let known = try db.follows.find(follower: actor.id, followed: id), known.state == .accepted {
            return known
        }
        let (activity, uri) = enqueuer.issue()
        let isDone = followed.isLocal && !followed.approvesFollowers && !actor.isLimited
        let follow = try db.follows.insert(
            Follow(
                id: ids.next(),
                follower: actor.id,
                followed: id,
                uri: uri,
                state: isDone ? .accepted : .pending,
                createdAt: now
            )
        )
        if followed.isLocal { try notify(followed, isDone ? .follow : .followRequest) }
        try enqueuer.enqueue(
            ActivityDocument.follow(uri, actor: actor, object: followed.uri),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Follow",
            object: uri,
            recipients: try enqueuer.recipients(to: followed)
        )
        return follow
    }

    /// `keepsEntries`: what the other wrote stays in the actor's home timeline.
    func unfollow(_ id: Account.ID, keepsEntries: Bool = false) throws {
        guard let follow = try db.follows.find(follower: actor.id, followed: id),
            let followed = try db.accounts.find(id)
        else { return }
        try db.follows.remove(follow.id)
        try db.remarks.removeEndorsement(of: id, by: actor.id)
        if !keepsEntries { try db.timelines.remove(author: id, from: actor.id) }
        let (activity, uri) = enqueuer.issue()
        try enqueuer.enqueue(
            ActivityDocument.undoFollow(uri, actor: actor, follow: follow.uri, followed: followed.uri),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Undo",
            object: follow.uri,
            recipients: try enqueuer.recipients(to: followed)
        )
    }

    func answerFollow(of id: Account.ID, accepts: Bool) throws {
        guard let follow = try db.follows.find(follower: id, followed: actor.id),
            let follower = try db.accounts.find(id)
        else { throw OutboxError.noSuchAccount }
        if accepts { try db.follows.accept(follow.id) } else { try db.follows.remove(follow.id) }
        try db.notices.remove(.followRequest, to: actor.id, from: id, post: nil)
        if accepts {
            try db.notices.insert(
                Notice(id: ids.next(), account: actor.id, kind: .follow, from: id, post: nil, createdAt: now)
            )
        }
        try enqueuer.answer(follow, from: actor, to: follower, accepts: accepts)
    }
}
