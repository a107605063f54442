public import Domain
import Peers
import Storage

extension Publisher {
    /// Says that an account elsewhere is the same person's, so that it can be moved from there to this one.
    ///
    /// - Throws: `OutboxError`, `FetchError`, `ActorError`, `StorageError`.
    public func addAlias(_ handle: Handle, as account: Account.ID) async throws -> Account {
        let school = try await school(of: account)
        let other = try await directory.account(handle, for: school)
        try await act(as: account, "alias") { action in try action.addAlias(other.uri) }
        return other
    }

    /// Takes that back; who was taken along stays.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func removeAlias(_ uri: URI, as account: Account.ID) async throws {
        try await act(as: account, "unalias") { action in
            try action.db.moves.removeAlias(uri, of: action.actor.id)
            try action.sendUpdate(of: action.actor)
        }
    }

    /// Moves an account to another that names it as an alias, on any server that the school exchanges activities with:
    /// whoever follows it follows the other from now on.
    ///
    /// The other's document is fetched anew for it. The account itself writes and follows no more.
    ///
    /// - Throws: `OutboxError`, `FetchError`, `ActorError`, `StorageError`.
    public func move(to handle: Handle, as account: Account.ID) async throws -> Account {
        let school = try await school(of: account)
        let (last, now) = (try await database.read { try $0.moves.find(account) }, clock.now())
        if let last, !last.isOver(at: now) { throw OutboxError.movedLately }
        let known = try await directory.account(handle, for: school)
        guard known.id != account else {
            throw OutboxError.pointless(reason: "an account cannot move to itself")
        }
        guard !known.isLocal else {
            return try await act(as: account, "move") { action in
                let aliases = try action.db.moves.aliases(of: known.id)
                try action.move(to: known, saying: Whereabouts(aliases: aliases))
                return known
            }
        }
        let fresh = try await directory.refreshed(known.uri, for: school)
        return try await act(as: account, "move") { action in
            guard let target = try fresh.store(in: action.db) else { throw OutboxError.noSuchAccount }
            try action.move(to: target, saying: fresh.whereabouts)
            return target
        }
    }

    /// Takes a move back: the account can write again.
    ///
    /// Its followers stay where they are now, and the cool-down runs on.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func takeMoveBack(as account: Account.ID) async throws {
        try await act(as: account, "take-move-back") { action in
            guard try action.db.moves.find(action.actor.id)?.target != nil else { return }
            try action.db.moves.takeBack(action.actor.id)
            try action.sendUpdate(of: action.actor)
        }
    }
}

extension Action {
    /// Makes sure that the actor has not moved: it acts only from where it is now.
    func refuseMoved() throws {
        if let target = try db.moves.target(of: actor.id) { throw OutboxError.hasMoved(to: target.handle) }
    }

    func addAlias(_ uri: URI) throws {
        guard uri != actor.uri else {
            throw OutboxError.pointless(reason: "an account is no alias of itself")
        }
        guard try db.moves.aliases(of: actor.id).count < Move.mostAliases else {
            throw OutboxError.tooMany("aliases")
        }
        try db.moves.addAlias(uri, to: actor.id)
        try sendUpdate(of: actor)
    }

    /// `whereabouts`: what the target's home says of it now.
    func move(to target: Account, saying whereabouts: Whereabouts) throws {
        guard target.isActive else { throw OutboxError.noSuchAccount }
        guard try !db.blocks.stands(between: actor.id, and: target.id) else { throw OutboxError.blocked }
        guard whereabouts.aliases.contains(actor.uri) else {
            throw OutboxError.unconfirmedMove(target.handle)
        }
        guard whereabouts.movedTo == nil else {
            throw OutboxError.pointless(reason: "\(target.handle) has moved on itself")
        }
        guard try MoveCarrier(db, ids: ids, now: now).begin(from: actor, to: target) else {
            throw OutboxError.movedLately
        }
        try sendUpdate(of: actor)
        let (activity, uri) = enqueuer.issue()
        try enqueuer.enqueue(
            ActivityDocument.move(uri, actor: actor, target: target.uri, at: now),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Move",
            object: actor.uri,
            recipients: try resolver.inboxes(.followers, author: actor, addressed: [])
        )
    }
}
