public import Domain

/// A post with everything that a page or the client API shows beside it.
public struct PresentedPost: Sendable {
    /// The post.
    public let post: Post
    /// Who wrote it.
    public let author: Account
    /// What is attached to it, in order.
    public let attachments: [Post.Attachment]
    /// Whom it addresses by name.
    public let addressees: [Account]
    /// The post it answers, if this instance has it and the viewer may see it.
    public let parent: Post?
    /// How often it was liked and boosted.
    public let counts: ReactionCounts
    /// How many answers this instance has, that anybody may see.
    public let replies: Int
    /// Its poll.
    public let poll: PresentedPoll?
    /// How often it was answered with which emoji.
    public let emojis: [ReactionStore.EmojiCount]
    /// Whether its author has pinned it.
    public let isPinned: Bool
    /// Whether its author lets the viewer answer it; nobody who is not signed in may.
    public let mayReply: Bool
    /// Whether its author lets the viewer boost it, as far as its audience lets anybody.
    public let mayBoost: Bool
    /// What would come of the viewer's quote of it; refused for nobody who is signed in.
    public let mayQuote: QuotePolicy.Verdict
    /// How many quotes of it were approved.
    public let quotes: Int
    /// What the page says that it links to.
    public let preview: LinkPreview.Content?
    /// The address of that page.
    public let previewed: URI?
    /// What it quotes.
    public let quote: PresentedQuote?
    /// What the viewer has done with it.
    public let ownReactions: Set<Reaction.Kind>
    /// Whether the viewer has bookmarked it.
    public let isBookmarked: Bool
    /// Whether the viewer wants no notices about its thread.
    public let isMuted: Bool
    /// The viewer's filters that match it, once `FilteringView` has looked at it.
    public var filtered: [FilterMatch] = []
    /// Where it stands in the list; the key for the next page.
    public let position: Int64
    /// Who boosted it into the list, if it came so.
    public let boostedBy: Account?
}

/// A poll as one viewer sees it; who else chose what is nobody's business.
public struct PresentedPoll: Sendable, Hashable {
    /// The poll.
    public let poll: Poll
    /// Whether the viewer asks it, and so does not vote.
    public let isOwn: Bool
    /// What the viewer has chosen, by place; empty for nothing.
    public let ownChoices: [Int]

    /// Whether the viewer has nothing more to choose.
    public var hasVoted: Bool { isOwn || !ownChoices.isEmpty }
}

/// Fills in what stands beside posts: a fixed number of queries for a page, whatever its length.
public struct PostPresenter {
    let db: any SQLConnection

    /// Presents posts that the viewer may see; the caller has asked that already.
    public func present(_ posts: [Post], to viewer: Viewer) throws(StorageError) -> [PresentedPost] {
        try present(posts.map { Entry(post: $0, position: $0.id.rawValue, boostedBy: nil) }, to: viewer)
    }

    struct Entry {
        let post: Post
        let position: Int64
        let boostedBy: Account.ID?
    }

    func present(_ entries: [Entry], to viewer: Viewer, isNested: Bool = false) throws(StorageError)
        -> [PresentedPost]
    {
        let ids = entries.map(\.post.id)
        let addressed = try addressees(of: ids)
        let attachments = try db.postAttachments.find(of: ids)
        let people = Set(entries.flatMap { [$0.post.author] + ($0.boostedBy.map { [$0] } ?? []) })
        let accounts = try db.accounts.find(people.union(addressed.values.joined()))
        let parents = try find(parentsOf: entries.map(\.post), for: viewer)
        let counts = try db.reactions.counts(of: ids)
        let emojis = try db.reactions.emojis(of: ids, for: viewer.account)
        let pinned = try db.pins.among(ids)
        let replies = try db.posts.countReplies(to: entries.map(\.post.uri))
        let polls = try present(pollsOf: entries.map(\.post), to: viewer)
        let own =
            try viewer.account.map { id throws(StorageError) in try db.reactions.own(of: id, to: ids) } ?? [:]
        let previews = try db.linkPreviews.find(of: ids)
        let quoteCounts = try db.quotes.countAccepted(of: entries.map(\.post.uri))
        let quotes = try db.quoteViews.quotes(in: entries.map(\.post), to: viewer, isNested: isNested)
        let (bookmarked, muted) =
            try viewer.account.map { id throws(StorageError) in
                (try db.bookmarks.own(of: id, among: ids), try db.conversationMutes.muted(by: id, among: ids))
            } ?? ([], [])
        let standings = try standings(of: viewer, on: entries.map(\.post), addressed)
        return entries.compactMap { entry in
            guard let author = accounts[entry.post.author] else { return nil }
            let standing = standings?[entry.post.id] ?? .init()
            return PresentedPost(
                post: entry.post,
                author: author,
                attachments: attachments[entry.post.id] ?? [],
                addressees: (addressed[entry.post.id] ?? []).compactMap { accounts[$0] },
                parent: entry.post.inReplyTo.flatMap { parents[$0] },
                counts: counts[entry.post.id] ?? ReactionCounts(),
                replies: replies[entry.post.uri] ?? 0,
                poll: polls[entry.post.id],
                emojis: emojis[entry.post.id] ?? [],
                isPinned: pinned.contains(entry.post.id),
                mayReply: standings != nil && entry.post.replyPolicy.allows(standing),
                mayBoost: standings != nil && entry.post.boostPolicy.allows(standing),
                mayQuote: standings == nil ? .refused : entry.post.verdict(ofQuoteBy: viewer, standing),
                quotes: quoteCounts[entry.post.uri] ?? 0,
                preview: previews[entry.post.id]?.content,
                previewed: previews[entry.post.id]?.url,
                quote: quotes[entry.post.id],
                ownReactions: own[entry.post.id] ?? [],
                isBookmarked: bookmarked.contains(entry.post.id),
                isMuted: muted.contains(entry.post.id),
                position: entry.position,
                boostedBy: entry.boostedBy.flatMap { accounts[$0] }
            )
        }
    }

    /// What the viewer is to posts that not everybody may answer or boost; nil for nobody who is signed in.
    private func standings(of viewer: Viewer, on posts: [Post], _ addressed: [Post.ID: [Account.ID]])
        throws(StorageError) -> [Post.ID: InteractionPolicy.Standing]?
    {
        guard let id = viewer.account else { return nil }
        let guarded = posts.filter {
            $0.replyPolicy != .everyone || $0.boostPolicy != .everyone || $0.quotePolicy.needsStanding
        }
        guard !guarded.isEmpty, let account = try db.accounts.find(id) else { return [:] }
        let followed = try db.follows.followed(by: id, among: Set(guarded.map(\.author)))
        var standings: [Post.ID: InteractionPolicy.Standing] = [:]
        for post in guarded {
            standings[post.id] = InteractionPolicy.Standing(
                isAuthor: post.author == id,
                isFollower: followed.contains(post.author),
                isMentioned: post.body.mentions.contains(account.uri)
                    || addressed[post.id]?.contains(id) ?? false
            )
        }
        return standings
    }

    /// Few posts are questions: of others nothing is asked.
    private func present(pollsOf posts: [Post], to viewer: Viewer) throws(StorageError) -> [Post.ID:
        PresentedPoll]
    {
        let questions = posts.filter { $0.type == .question }
        let polls = try db.polls.find(of: questions.map(\.id))
        guard !polls.isEmpty else { return [:] }
        let own =
            try viewer.account.map { id throws(StorageError) in
                try db.polls.own(of: id, in: Array(polls.keys))
            }
            ?? [:]
        var presented: [Post.ID: PresentedPoll] = [:]
        for post in questions {
            guard let poll = polls[post.id] else { continue }
            presented[post.id] = PresentedPoll(
                poll: poll,
                isOwn: post.author == viewer.account,
                ownChoices: own[post.id] ?? []
            )
        }
        return presented
    }

    private func addressees(of posts: [Post.ID]) throws(StorageError) -> [Post.ID: [Account.ID]] {
        guard !posts.isEmpty else { return [:] }
        var addressed: [Post.ID: [Account.ID]] = [:]
        for row in try db.run("SELECT * FROM post_addressee WHERE post_id IN (\(list: posts))") {
            addressed[try row["post_id"], default: []].append(try row["account_id"])
        }
        return addressed
    }

    private func find(parentsOf posts: [Post], for viewer: Viewer) throws(StorageError) -> [URI: Post] {
        let uris = posts.compactMap(\.inReplyTo)
        guard !uris.isEmpty else { return [:] }
        let parents = try db.run(
            """
            SELECT p.* FROM post p JOIN account w ON w.id = p.account_id
            WHERE p.uri IN (\(list: uris)) AND \(fragment: VisibilitySQL.condition(for: viewer))
            """
        ).decoded(Post.init(row:))
        return Dictionary(parents.map { ($0.uri, $0) }) { first, _ in first }
    }
}

extension Post {
    /// What would come of a quote by who looks at it; `standing`: what is known of them where it matters.
    fileprivate func verdict(ofQuoteBy viewer: Viewer, _ standing: InteractionPolicy.Standing)
        -> QuotePolicy.Verdict
    {
        if viewer.account == author { return audience == .direct ? .refused : .approved }
        return audience.isForEverybody ? quotePolicy.verdict(on: standing) : .refused
    }
}

extension SQLConnection {
    /// Fills in what stands beside posts.
    public var presenter: PostPresenter { PostPresenter(db: self) }
}
