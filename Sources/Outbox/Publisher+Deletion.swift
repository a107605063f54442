public import Domain
import Storage

extension Publisher {
    /// Deletes an account and all it said: it is hidden at once, every way to sign in ends, its handle is never given to
    /// another, and its row stays as a tombstone.
    ///
    /// Told at once are the servers of its followers, of those whom it follows, and those that were sent anything of it
    /// lately; what it left is removed by `proceedWithBurial`, which tells the others that know it. An admin may delete
    /// an account that is suspended.
    ///
    /// - Throws: `OutboxError.notAbleToAct` for an account that is gone, is none of ours, or is a school's own;
    ///   `StorageError`.
    public func deleteAccount(_ account: Account.ID) async throws {
        let now = clock.now()
        let (ids, admin) = (ids, admin)
        try await database.write { db in
            guard let actor = try db.accounts.find(account), actor.goneAt == nil, actor.kind != .application,
                actor.isActive || admin != nil,
                let school = try actor.school.flatMap({ try db.schools.find($0) })
            else { throw OutboxError.notAbleToAct }
            let action = Action(db: db, actor: actor, school: school, ids: ids, now: now)
            if let admin { try action.note("account.delete", by: admin) }
            try action.deleteActor()
        }
    }

    /// Removes the next of what accounts that are gone left behind, at most so many rows of each kind, and tells the
    /// servers that know an account of ours by it.
    ///
    /// - Returns: whether there is more to do.
    /// - Throws: `StorageError`.
    public func proceedWithBurial(limit: Int) async throws -> Bool {
        let (ids, now) = (ids, clock.now())
        return try await database.write { db in
            guard let burial = try db.burials.next() else { return false }
            if let activity = burial.activity, let actor = try db.accounts.find(burial.account),
                let school = try actor.school.flatMap({ try db.schools.find($0) })
            {
                let inboxes = try db.burials.inboxes(knowing: burial, limit: limit)
                try Action(db: db, actor: actor, school: school, ids: ids, now: now)
                    .alsoTell(inboxes, of: activity)
            }
            return try db.burials.proceed(limit: limit)
        }
    }
}

extension Action {
    fileprivate func deleteActor() throws {
        let recipients = try resolver.inboxes(
            .followers,
            author: actor,
            addressed: [],
            earlier: try db.deliveries.inboxes(reachedBy: actor.id)
                + db.follows.remoteInboxes(followedBy: actor.id)
        )
        let (activity, uri) = enqueuer.issue()
        try enqueuer.enqueue(
            ActivityDocument.deleteActor(uri, actor: actor, at: now),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Delete",
            object: actor.uri,
            recipients: recipients
        )
        try db.buryAccount(actor.id, telling: activity, at: now)
    }

    /// Sends an activity to servers that it has not been sent to yet.
    fileprivate func alsoTell(_ inboxes: [URI], of activity: OutboxActivity.ID) throws {
        if inboxes.isEmpty { return }
        let told = try db.deliveries.hosts(of: activity)
        let others = inboxes.filter { !told.contains($0.host) }
        let recipients = try resolver.inboxes(.direct, author: actor, addressed: [], earlier: others)
        // A server that has several inboxes needs to hear it once.
        var once: Set<Host> = []
        try enqueuer.deliver(
            activity,
            of: actor,
            object: actor.uri,
            to: recipients.filter { once.insert($0.inbox.host).inserted }
        )
    }
}
