public import Domain
public import Storage

extension Publisher {
    /// Keeps what an account has written, or is about to write; whether it could be published is not asked yet.
    ///
    /// `saved`: the draft whose place it takes, which may have waited for its time and waits no more.
    ///
    /// - Throws: `OutboxError`: too many, too long, no such draft or upload; `StorageError`.
    @discardableResult
    public func save(_ draft: PostDraft, in saved: SavedDraft.ID? = nil, as account: Account.ID) async throws
        -> SavedDraft
    {
        try await act(as: account, "save-draft") { action in
            try action.checkUploads(of: draft)
            return try action.keep(draft, in: saved, until: nil)
        }
    }

    /// Lets a post be published at a time 5 minutes to 366 days ahead.
    ///
    /// What can be told now of why it could not be published is told now.
    ///
    /// `saved`: the draft whose place it takes.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    @discardableResult
    public func schedule(
        _ draft: PostDraft,
        at time: Timestamp,
        in saved: SavedDraft.ID? = nil,
        as account: Account.ID
    ) async throws -> SavedDraft {
        try await act(as: account, "schedule") { action in
            try action.checkTime(time)
            try action.check(draft)
            return try action.keep(draft, in: saved, until: time)
        }
    }

    /// Changes when a post is published that waits for its time.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func reschedule(_ id: SavedDraft.ID, at time: Timestamp, as account: Account.ID) async throws
        -> SavedDraft
    {
        try await act(as: account, "reschedule") { action in
            try action.checkTime(time)
            guard var saved = try action.db.drafts.find(id, .scheduled, of: account) else {
                throw OutboxError.noSuchDraft
            }
            saved.dueAt = time
            return try action.replace(saved)
        }
    }

    /// Discards a draft, or a post that waits for its time.
    ///
    /// - Throws: `OutboxError.noSuchDraft`, `StorageError`.
    public func discard(_ id: SavedDraft.ID, _ kind: DraftStore.Kind? = nil, as account: Account.ID)
        async throws
    {
        try await act(as: account, "discard-draft") { action in
            guard try action.db.drafts.take(id, kind, of: account) else { throw OutboxError.noSuchDraft }
        }
    }

    /// Publishes what has fallen due, at most a hundred posts.
    ///
    /// A post and the end of its draft are one transaction: however many processes look, and whenever one of them
    /// dies, it is published once. One that is refused becomes a draft again, with the reason, and its author is told.
    ///
    /// - Returns: how many are due no more.
    /// - Throws: `StorageError`, after all have been tried; those that it befell are still due.
    public func publishDue() async throws -> Int {
        let now = clock.now()
        let due = try await database.read { try $0.drafts.due(at: now, limit: 100) }
        var (done, failure): (Int, (any Error)?) = (0, nil)
        for saved in due where !Task.isCancelled {
            do {
                if try await publish(due: saved, at: now) { done += 1 }
            } catch {
                failure = error
            }
        }
        if let failure, done == 0 { throw failure }
        return done
    }

    /// - Returns: false when it was not ours to publish.
    private func publish(due saved: SavedDraft, at now: Timestamp) async throws -> Bool {
        do {
            _ = try await publish(try saved.draft(), as: saved.account) { action in
                guard try action.db.drafts.takeDue(saved, at: now) else { throw OutboxError.noSuchDraft }
            }
            return true
        } catch OutboxError.noSuchDraft {
            return false
        } catch let refusal as OutboxError {
            let ids = ids
            return try await database.write { db in
                guard try db.drafts.putAside(saved, because: refusal.description, at: now) else {
                    return false
                }
                // An earlier one of the same kind would leave this one out.
                try db.notices.remove(.draft, to: saved.account, from: saved.account, post: nil)
                try db.notices.insert(
                    Notice(
                        id: ids.next(),
                        account: saved.account,
                        kind: .draft,
                        from: saved.account,
                        post: nil,
                        createdAt: now
                    )
                )
                return true
            }
        }
    }
}

extension Action {
    /// Refuses what would be refused when it is published, as far as that can be known before.
    func check(_ draft: PostDraft) throws {
        try refuseMoved()
        _ = try quoted(by: draft)
        if let parent = draft.inReplyTo { try refuse(.reply, on: try visiblePost(parent).0) }
        let reading = try DraftText(draft, uris)
        _ = try reading.text([:])
        _ = try cover(draft, try attachments(draft))
        _ = try poll(of: draft, for: ids.next())
    }

    /// A draft holds nothing but uploads of its author's own that no post has.
    ///
    /// What a school wants to be said of them is asked when it is published.
    fileprivate func checkUploads(of draft: PostDraft) throws {
        let ids = draft.uploads ?? []
        guard ids.count <= Upload.maximumOfPost else { throw OutboxError.tooMany("attachments") }
        for id in ids { _ = try upload(id, of: nil) }
    }

    fileprivate func checkTime(_ time: Timestamp) throws {
        guard SavedDraft.ahead.contains(time - now) else {
            throw OutboxError.badText(
                reason: "the time of a post lies at least 5 minutes and at most a year ahead"
            )
        }
    }

    /// Writes a draft, in the place of another one where there is one.
    fileprivate func keep(_ draft: PostDraft, in id: SavedDraft.ID?, until time: Timestamp?) throws
        -> SavedDraft
    {
        let document = try draft.document()
        let kind: DraftStore.Kind = time == nil ? .drafts : .scheduled
        let known = try id.map { id in
            guard let known = try db.drafts.find(id, of: actor.id) else { throw OutboxError.noSuchDraft }
            return known
        }
        if known.map({ ($0.dueAt == nil) != (time == nil) }) ?? true {
            guard try db.drafts.count(kind, of: actor.id) < SavedDraft.most else {
                throw OutboxError.tooMany(kind == .drafts ? "drafts" : "scheduled posts")
            }
        }
        guard var saved = known else {
            let saved = SavedDraft(
                id: ids.next(),
                account: actor.id,
                document: document,
                uploads: draft.uploads ?? [],
                dueAt: time,
                createdAt: now,
                changedAt: now
            )
            try db.drafts.insert(saved)
            return saved
        }
        saved.document = document
        saved.uploads = draft.uploads ?? []
        saved.dueAt = time
        return try replace(saved)
    }

    fileprivate func replace(_ saved: SavedDraft) throws -> SavedDraft {
        var saved = saved
        saved.problem = nil
        saved.changedAt = now
        guard try db.drafts.update(saved) else { throw OutboxError.noSuchDraft }
        saved.version += 1
        return saved
    }
}
