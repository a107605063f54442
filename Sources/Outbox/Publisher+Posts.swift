import Content
public import Domain
import Peers
import Storage

extension Publisher {
    /// Publishes a post.
    ///
    /// Mentioned accounts that are not known yet are looked up first; one that cannot be found stays plain text, and in
    /// a direct message, which would silently go to nobody, it is an error.
    ///
    /// `saved`: the draft that it was; it ends with the same transaction, so that it becomes one post.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func publish(_ draft: PostDraft, from saved: SavedDraft.ID? = nil, as account: Account.ID)
        async throws -> Post
    {
        try await publish(draft, as: account) { action in
            guard let saved else { return }
            guard try action.db.drafts.take(saved, of: account) else { throw OutboxError.noSuchDraft }
        }
    }

    /// `beginning`: what is done first in the transaction.
    func publish(
        _ draft: PostDraft,
        as account: Account.ID,
        beginning: @escaping @Sendable (Action) throws -> Void
    ) async throws -> Post {
        let school = try await school(of: account)
        let names = try DraftText(draft, LocalActorURIs(origin: school.origin)).mentionNames()
        let mentioned = try await MentionLookup(database: database, directory: directory, school: school)
            .accounts(names, within: lookUpTime)
        if draft.audience == .direct, let missing = names.first(where: { mentioned[$0] == nil }) {
            throw OutboxError.notFound(mention: missing.description)
        }
        return try await act(as: account, "post") { action in
            try beginning(action)
            return try action.publish(draft, mentioned: mentioned)
        }
    }

    /// Changes what a post of the account's own says, and who may answer and boost it.
    ///
    /// Its audience and addressees stay, and whether it leaves the instance. A note stays a note and an article an
    /// article. What it said before is kept.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func edit(_ post: Post.ID, _ draft: PostDraft, as account: Account.ID) async throws -> Post {
        try await act(as: account, "edit") { action in try action.edit(post, draft) }
    }

    /// Deletes a post of the account's own: everybody who got it is told.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func delete(_ post: Post.ID, as account: Account.ID) async throws {
        try await act(as: account, "delete-post") { action in try action.delete(post) }
    }
}

extension Action {
    func publish(_ draft: PostDraft, mentioned: [MentionName: Account]) throws -> Post {
        try refuseMoved()
        guard school.audiences.contains(draft.audience) else {
            throw OutboxError.audienceClosed(draft.audience)
        }
        let parent = try draft.inReplyTo.map { try visiblePost($0) }
        if let parent { try refuse(.reply, on: parent.0) }
        let quoted = try quoted(by: draft)
        let reading = try DraftText(draft, uris)
        let draft = reading.draft
        let text = try reading.text(mentioned)
        let named = addressees(of: text, mentioned)
        // An answer to what stays here, or a quote of it, could tell of it elsewhere.
        let isLocalOnly =
            draft.isLocalOnly || parent?.0.isLocalOnly ?? false || quoted?.post.isLocalOnly ?? false
        let addressed = try withoutParted(isLocalOnly ? named.filter(\.isLocal) : named)
        if draft.audience == .direct {
            if isLocalOnly, let other = named.first(where: { !$0.isLocal }) {
                throw OutboxError.staysHere(other.handle)
            }
            guard addressed.count == named.count else { throw OutboxError.blocked }
            try refuseUnreachable(addressed)
        }
        let id: Post.ID = ids.next()
        let attachments = try attachments(draft)
        var body = reading.body(text, naming: named)
        body.picture = try cover(draft, attachments) ?? body.picture
        let poll = try poll(of: draft, for: id)
        body.quotes = quoted?.post.uri
        let post = Post(
            id: id,
            uri: uris.post(id),
            type: draft.type,
            author: actor.id,
            audience: draft.audience,
            isLocalOnly: isLocalOnly,
            replyPolicy: draft.replyPolicy,
            boostPolicy: draft.boostPolicy,
            quotePolicy: draft.quotePolicy,
            inReplyTo: parent?.0.uri,
            conversation: parent?.0.conversation ?? uris.conversation(id).description,
            body: body,
            page: uris.page(actor.handle.name, post: id),
            publishedAt: now
        )
        try db.posts.insert(post, attachments: attachments, poll: poll, addressees: addressed.map(\.id))
        try attach(attachments, to: id)
        let local = try localSchools()
        try db.timelines.add(post, to: local)
        if draft.audience == .direct { try db.timelines.addForAddressees(of: post, in: local) }
        try notifyFollowers(of: post)
        for account in addressed where account.school.map(local.contains) ?? false {
            try notify(account, .mention, post: id)
        }
        try LinkNoter(db, ids: ids, now: now).note(post, from: .own)
        if let quoted { try noteQuote(in: post, of: quoted, addressed: addressed) }
        try send("Create", post, addressed, alsoTo: parent.map { [$0.1] } ?? [])
        return post
    }

    func edit(_ id: Post.ID, _ draft: PostDraft) throws -> Post {
        var post = try ownPost(id)
        let reading = try DraftText(draft, uris)
        guard (reading.draft.type == .article) == (post.type == .article) else {
            throw OutboxError.badText(
                reason: post.type == .article
                    ? "an article needs a title" : "a post without a title cannot get one later"
            )
        }
        let addressed = Array(try db.accounts.find(try db.posts.addressees(of: id)).values)
        let people = try byMention(addressed)
        let text = try reading.text(people)
        var body = reading.body(text, naming: addressees(of: text, people))
        body.quotes = post.body.quotes
        let before = try db.postAttachments.find(of: id)
        let attachments = try draft.uploads == nil ? before : attachments(draft, of: id)
        // An upload that the post has no more is no cover either: its file goes.
        let gone = before.filter { !attachments.contains($0) }.map(\.url)
        if let picture = body.picture, gone.contains(picture.url) { body.picture = nil }
        body.picture = try cover(draft, attachments) ?? body.picture
        if body != post.body || attachments != before {
            post.body = body
            post.editedAt = now
            try db.posts.edit(id, body, attachments: attachments, at: now)
            try LinkNoter(db, ids: ids, now: now).note(post, from: .own, isEdit: true)
            try attach(attachments, to: id)
        }
        post.replyPolicy = draft.replyPolicy
        post.boostPolicy = draft.boostPolicy
        try db.posts.setPolicies(id, reply: draft.replyPolicy, boost: draft.boostPolicy)
        if !draft.keepsPoll { try setPoll(draft.poll, of: &post) }
        post.quotePolicy = draft.quotePolicy
        try db.posts.setQuotePolicy(id, draft.quotePolicy)
        try send("Update", post, addressed)
        return post
    }

    /// Sends a post of the actor's own again as it is now: something beside its text has changed.
    func sendUpdate(of post: Post) throws {
        try send("Update", post, Array(try db.accounts.find(try db.posts.addressees(of: post.id)).values))
    }

    /// What a post's document carries besides itself.
    func parts(of post: Post, _ addressed: [Account]) throws -> NoteDocument.Parts {
        NoteDocument.Parts(
            author: actor,
            mentioned: addressed,
            attachments: try db.postAttachments.find(of: post.id),
            poll: try db.polls.find(of: post),
            quote: post.body.quotes == nil ? nil : try db.quotes.find(uri: post.uri)
        )
    }

    private func byMention(_ accounts: [Account]) throws -> [MentionName: Account] {
        Dictionary(
            try accounts.flatMap { account in
                var names = ["@\(account.handle)"]
                if account.isLocal {
                    // The text was written when some of them had another name.
                    let handles = [account.handle] + (try db.formerHandles.list(of: account.id).map(\.handle))
                    names = handles.flatMap { ["@\($0)", "@\($0.name)"] }
                }
                return names.compactMap { MentionName($0) }.map { ($0, account) }
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func delete(_ id: Post.ID) throws {
        let post = try ownPost(id)
        let addressed = Array(try db.accounts.find(try db.posts.addressees(of: id)).values)
        let boosters = try db.reactions.remoteBoosters(of: id)
        let earlier = try db.deliveries.inboxes(about: id)
        try db.posts.bury(id, at: now)
        let (activity, uri) = enqueuer.issue()
        let addressing = Addressing(post.audience, author: actor, mentioned: addressed)
        try enqueuer.enqueue(
            ActivityDocument.delete(uri, actor: actor, object: post.uri, addressing, at: now),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Delete",
            object: post.uri,
            post: nil,
            recipients: try recipients(of: post, addressed: addressed + boosters, earlier: earlier)
        )
    }

    /// Sends a post in a Create or Update to its audience and the people it addresses; where it is for everybody, also
    /// to whom it answers and to the servers that have it already.
    ///
    /// `alsoAt`: inboxes of others who wait for it.
    func send(
        _ type: String,
        _ post: Post,
        _ addressed: [Account],
        alsoTo: [Account] = [],
        alsoAt: [URI] = []
    ) throws {
        let (activity, uri) = enqueuer.issue()
        let note = NoteDocument.make(post, try parts(of: post, addressed), with: false)
        let addressing = Addressing(post.audience, author: actor, mentioned: addressed)
        let document =
            type == "Create"
            ? ActivityDocument.create(uri, actor: actor, note: note, addressing, at: now)
            : ActivityDocument.update(uri, actor: actor, note: note, addressing, at: now)
        let others = post.audience.isForEverybody ? alsoTo : []
        let earlier = post.audience.isForEverybody ? try db.deliveries.inboxes(about: post.id) : []
        try enqueuer.enqueue(
            document,
            id: activity,
            uri: uri,
            actor: actor,
            type: type,
            object: post.uri,
            post: post.id,
            isPublic: post.audience.isForEverybody && !post.isLocalOnly,
            recipients: try recipients(of: post, addressed: addressed + others, earlier: earlier + alsoAt)
        )
    }

    /// A message to somebody whose server gets nothing from this school is not sent at all.
    private func refuseUnreachable(_ addressed: [Account]) throws {
        for account in addressed {
            let host = account.handle.host
            guard try db.partners.admission(of: host, at: school) != .refused else {
                throw OutboxError.notAPartner(host)
            }
        }
    }

    /// The inboxes that hear of a post; none for one that stays on this instance.
    func recipients(of post: Post, addressed: [Account], earlier: [URI] = []) throws -> [Recipient] {
        if post.isLocalOnly { return [] }
        return try resolver.inboxes(post.audience, author: actor, addressed: addressed, earlier: earlier)
    }

    /// Refuses what a post's author does not let the actor do.
    func refuse(_ interaction: Interaction, on post: Post) throws {
        guard try !db.interactions.allows(interaction, actor, on: post) else { return }
        switch interaction {
        case .reply: throw OutboxError.repliesClosed(post.replyPolicy)
        case .boost: throw OutboxError.boostsClosed(post.boostPolicy)
        }
    }

    /// Turns the refusal of a text into ours.
    static func reading<Value>(_ body: () throws(PostTextRefusal) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw OutboxError.badText(reason: error.description)
        }
    }

    private func addressees(of text: PostText, _ mentioned: [MentionName: Account]) -> [Account] {
        var seen: Set<Account.ID> = []
        return text.mentions.compactMap { mentioned[$0.name] }.filter { seen.insert($0.id).inserted }
    }
}
