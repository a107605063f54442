public import Domain
public import Storage

/// Writes what was read of a peer as a post: one way for what is sent to us and for what we fetch.
///
/// It works inside a transaction and tells nobody: notices and timelines are the caller's.
public struct PeerPostWriter {
    let db: any SQLConnection
    let ids: IDGenerator
    let now: Timestamp
    let schools: [School.ID]

    /// Works in a transaction.
    ///
    /// `schools`: those that exchange activities with the author's host; only their accounts are addressed.
    public init(_ db: any SQLConnection, ids: IDGenerator, now: Timestamp, schools: [School.ID]) {
        self.db = db
        self.ids = ids
        self.now = now
        self.schools = schools
    }

    /// What a note answers, as far as it is known here.
    public enum Parent: Sendable {
        /// It answers nothing.
        case none
        /// It answers something that is not known here.
        case missing(URI)
        /// It answers a post that its author may see.
        case known(Post)
        /// It answers a post that its author may not see: it could only have been guessed.
        case hidden
    }

    /// Whether its author has deleted a note before it came.
    public func isBuried(_ note: ForeignNote, by author: Account) throws -> Bool {
        try db.tombstones.isBuried(note.uri, by: author.uri)
    }

    /// Finds what a note answers.
    public func parent(of note: ForeignNote, by author: Account) throws -> Parent {
        guard let uri = note.inReplyTo else { return .none }
        guard let post = try db.posts.find(uri: uri) else { return .missing(uri) }
        return try maySee(post, author) ? .known(post) : .hidden
    }

    /// Whether a peer's account may see a post of ours; of another's only its own server knows who may.
    public func maySee(_ post: Post, _ account: Account) throws -> Bool {
        guard let author = try db.accounts.find(post.author),
            try !db.blocks.stands(between: account.id, and: author.id)
        else { return false }
        guard author.isLocal else { return post.deletedAt == nil }
        return try db.sights.canSee(.server(account.host), post)
    }

    /// Why a peer's account may not answer or boost a post of ours, by its author's choice; of a peer's post its own
    /// server decides.
    public func refusal(of interaction: Interaction, to post: Post, by account: Account) throws -> String? {
        guard try db.accounts.find(post.author)?.isLocal ?? false,
            try !db.interactions.allows(interaction, account, on: post)
        else { return nil }
        let policy = post.policy(for: interaction)
        return interaction == .reply ? "replies are for \(policy)" : "boosts are for \(policy)"
    }

    /// Whom a note addresses, as far as we know them; of ours only those whose school allows the author and between
    /// whom and the author no block stands.
    public func addressees(of note: ForeignNote, by author: Account) throws -> [Account] {
        let named = try db.accounts.find(uris: note.addressed)
        let parted = try db.blocks.parted(from: author.id, among: named.map(\.id))
        return named.filter { account in
            account.isActive && account.school.map(schools.contains) ?? true
                && !(account.isLocal && parted.contains(account.id))
        }
    }

    /// Writes a note as a post of its author's; an answer to what its author may not see is written as no answer.
    ///
    /// A post that comes as it is written stands where it arrived; an old one stands where it was published.
    ///
    /// `isFetched`: it was not sent to us, so that it stands where it was published in any case.
    ///
    /// - Returns: nil, with nothing changed, when a post with its URI is there already.
    public func write(
        _ note: ForeignNote,
        by author: Account,
        answering parent: Parent,
        to addressees: [Account],
        isFetched: Bool
    ) throws -> Post? {
        let isLive = !isFetched && now - note.publishedAt < .minutes(1)
        let id: Post.ID =
            isLive || (note.publishedAt > now && !isFetched)
            ? ids.next() : ids.next(at: min(note.publishedAt, now))
        var post = note.post(id: id, author: author.id, receivedAt: now)
        if case .hidden = parent { post.inReplyTo = nil }
        let isNew = try db.posts.insert(
            post,
            attachments: note.attachments,
            poll: note.poll?.poll(of: post.id, at: now),
            addressees: addressees.map(\.id)
        )
        guard isNew else { return nil }
        if isFetched { try db.posts.setFetched(post.id, at: now) }
        if let document = note.document { try db.postDocuments.set(document, of: post.id) }
        try noteQuote(in: note, by: author)
        try LinkNoter(db, ids: ids, now: now).note(post, from: isFetched ? .fetched : .received)
        return post
    }
}
