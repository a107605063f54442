public import Domain
import Storage
import Vocabulary

extension Publisher {
    /// Lets a post that asked quote a post of the account's own, or refuses it; `quoting`: the post that quotes.
    ///
    /// - Throws: `OutboxError` when there is no such wish; `StorageError`.
    public func answerQuote(_ quoting: Post.ID, accepts: Bool, as account: Account.ID) async throws {
        try await act(as: account, accepts ? "allow-quote" : "refuse-quote") { action in
            try action.answerQuote(quoting, accepts: accepts)
        }
    }

    /// Takes the approval of a quote of the account's own post back; the other's server and those who have the post are
    /// told.
    ///
    /// - Throws: `OutboxError` when there is no such quote; `StorageError`.
    public func revokeQuote(_ quoting: Post.ID, as account: Account.ID) async throws {
        try await act(as: account, "revoke-quote") { action in try action.revokeQuote(quoting) }
    }

    /// Changes who may quote a post of the account's own from now on.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func setQuotePolicy(_ post: Post.ID, _ policy: QuotePolicy, as account: Account.ID) async throws {
        try await act(as: account, "quote-policy") { action in
            var post = try action.ownPost(post)
            guard post.quotePolicy != policy else { return }
            post.quotePolicy = policy
            try action.db.posts.setQuotePolicy(post.id, policy)
            try action.sendUpdate(of: post)
        }
    }
}

extension Action {
    /// What a draft quotes, when the actor may.
    func quoted(by draft: PostDraft) throws -> (post: Post, author: Account, verdict: QuotePolicy.Verdict)? {
        guard let id = draft.quotes else { return nil }
        let (post, author) = try visiblePost(id)
        let verdict = try db.interactions.verdict(ofQuoteBy: actor, on: post)
        guard verdict != .refused else { throw OutboxError.quotesClosed }
        // What is not for everybody would be told to others by its quote.
        guard post.audience.isForEverybody || draft.audience == post.audience || draft.audience == .direct
        else {
            throw OutboxError.pointless(
                reason: "a post that is not for everybody is quoted for the same people"
            )
        }
        return (post, author, verdict)
    }

    /// Notes that a new post quotes another, and asks its author where that is needed.
    func noteQuote(
        in post: Post,
        of quoted: (post: Post, author: Account, verdict: QuotePolicy.Verdict),
        addressed: [Account]
    ) throws {
        let author = quoted.author
        try refuseUnaskable(post, quoted, addressed)
        var quote = Quote(
            id: ids.next(),
            uri: post.uri,
            quoted: quoted.post.uri,
            account: actor.id,
            state: author.id == actor.id ? .accepted : .pending,
            createdAt: now
        )
        if author.isLocal, author.id != actor.id {
            if quoted.verdict == .approved, !actor.isLimited { try desk(of: author).approve(&quote) }
            quote.request = post.uri
            try db.quotes.insert(quote)
            return try notify(author, quote.state == .accepted ? .quote : .quoteRequest, post: post.id)
        }
        guard !author.isLocal else {
            try db.quotes.insert(quote)
            return
        }
        let (id, uri) = enqueuer.issue()
        quote.request = uri
        try db.quotes.insert(quote)
        let note = NoteDocument.make(post, try parts(of: post, addressed), with: false)
        try enqueuer.enqueue(
            ActivityDocument.quoteRequest(
                uri,
                actor: actor,
                quoted: quoted.post.uri,
                author: author.uri,
                note: note
            ),
            id: id,
            uri: uri,
            actor: actor,
            type: "QuoteRequest",
            object: quoted.post.uri,
            post: post.id,
            recipients: try enqueuer.recipients(to: author)
        )
    }

    /// Whoever is asked reads the post that quotes: it has to be for them too, and may not leave for it when it stays here.
    private func refuseUnaskable(
        _ post: Post,
        _ quoted: (post: Post, author: Account, verdict: QuotePolicy.Verdict),
        _ addressed: [Account]
    ) throws {
        let author = quoted.author
        if author.id == actor.id || (author.isLocal && quoted.verdict == .approved) { return }
        if !author.isLocal, post.isLocalOnly || post.audience == .school {
            throw OutboxError.pointless(
                reason:
                    "the author of the quoted post is elsewhere and has to be asked, but this post stays here"
            )
        }
        guard post.audience.isForEverybody || addressed.contains(where: { $0.id == author.id }) else {
            throw OutboxError.pointless(
                reason:
                    "the author of the quoted post has to be asked, so this post has to be for everybody or mention them"
            )
        }
    }

    func answerQuote(_ id: Post.ID, accepts: Bool) throws {
        var (quote, quoting, post) = try ownQuoted(id)
        guard quote.state == .pending, quote.request != nil else { throw OutboxError.noSuchPost }
        let desk = try desk(of: actor)
        if accepts { desk.approve(&quote) } else { quote.state = .rejected }
        try db.quotes.set(quote)
        guard let account = try db.accounts.find(quote.account) else { return }
        try db.notices.remove(.quoteRequest, to: actor.id, from: account.id, post: quoting.id)
        if accepts {
            try db.notices.insert(
                Notice(
                    id: ids.next(),
                    account: actor.id,
                    kind: .quote,
                    from: account.id,
                    post: quoting.id,
                    createdAt: now
                )
            )
        }
        guard !account.isLocal else { return try enqueuer.tellQuote(of: quoting, by: account) }
        try desk.answer(quote, of: post, by: actor, to: account)
    }

    func revokeQuote(_ id: Post.ID) throws {
        var (quote, quoting, post) = try ownQuoted(id)
        guard quote.state == .accepted, quote.account != actor.id else { throw OutboxError.noSuchPost }
        quote.state = .revoked
        try db.quotes.set(quote)
        guard let account = try db.accounts.find(quote.account), let stamp = quote.stamp else { return }
        try db.notices.remove(.quote, to: actor.id, from: account.id, post: quoting.id)
        if account.isLocal { try enqueuer.tellQuote(of: quoting, by: account) }
        let (activity, uri) = enqueuer.issue()
        let addressing = Addressing(post.audience, author: actor, mentioned: [account])
        try enqueuer.enqueue(
            ActivityDocument.revokeQuote(uri, actor: actor, stamp: stamp, addressing),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Delete",
            object: stamp,
            recipients: try recipients(
                of: post,
                addressed: [account],
                earlier: try db.deliveries.inboxes(about: post.id)
            )
        )
    }

    /// The quote that a post makes of one of the actor's own.
    private func ownQuoted(_ id: Post.ID) throws -> (Quote, Post, Post) {
        guard let quoting = try db.posts.find(id), quoting.deletedAt == nil,
            let quote = try db.quotes.find(uri: quoting.uri), let post = try db.posts.find(uri: quote.quoted),
            post.author == actor.id, post.deletedAt == nil
        else { throw OutboxError.noSuchPost }
        return (quote, quoting, post)
    }

    private func desk(of author: Account) throws -> QuoteDesk {
        let school = try author.school.flatMap { try db.schools.find($0) }
        return QuoteDesk(ActivityEnqueuer(db, ids: ids, school: school ?? self.school, now: now))
    }
}

extension ActivityEnqueuer {
    /// Sends a post of one of ours again as it is now, whose quote was approved or no longer is.
    public func tellQuote(of post: Post, by author: Account) throws {
        guard let id = author.school, let school = try db.schools.find(id), author.isActive,
            post.deletedAt == nil
        else { return }
        try Action(db: db, actor: author, school: school, ids: ids, now: now).sendUpdate(of: post)
    }
}
