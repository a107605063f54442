public import Domain
import Storage

extension Publisher {
    /// Gives an account another handle at its school; its actor stays the same, and so do its follows and posts.
    ///
    /// The old handle leads to the account for `Handle.keptAfterRename` and is never given to another. Everybody who
    /// follows the account, and every server that was sent anything of it lately, is told by an Update of the actor. A
    /// person may do this once in `Handle.renameInterval`, an admin at any time.
    ///
    /// - Throws: `NameError` for a name that accounts cannot have; `OutboxError`: `nameIsTaken`, `renamedLately`,
    ///   `pointless` when it has the name already; `StorageError`.
    public func rename(_ account: Account.ID, to name: String) async throws -> Account {
        let isAdmin = admin != nil
        return try await act(as: account, "rename") { action in
            try action.rename(to: try Handle(local: name, host: action.school.host), freely: isAdmin)
        }
    }
}

extension Action {
    fileprivate func rename(to handle: Handle, freely: Bool) throws -> Account {
        guard actor.kind != .application else { throw OutboxError.notAbleToAct }
        let former = actor.handle
        guard handle != former else { throw OutboxError.pointless(reason: "that is its name already") }
        if !freely, let last = try db.formerHandles.list(of: actor.id).first?.givenUpAt,
            now - last < Handle.renameInterval
        {
            throw OutboxError.renamedLately
        }
        guard try db.accounts.find(handle) == nil else { throw OutboxError.nameIsTaken(handle) }
        var changed = actor
        changed.handle = handle
        changed.page = uris.page(handle.name)
        try db.accounts.rename(changed)
        // Asked last: it sees what an account that has just given the handle up wrote before it made room.
        if let holder = try db.formerHandles.holder(of: handle), holder != actor.id {
            throw OutboxError.nameIsTaken(handle)
        }
        try db.formerHandles.remove(handle, of: actor.id)
        try db.formerHandles.add(former, of: actor.id, at: now)
        try sendUpdate(of: changed, alsoAt: try db.deliveries.inboxes(reachedBy: actor.id))
        return changed
    }
}
