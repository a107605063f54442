import Content
public import Domain
public import Vocabulary

/// A peer's note or other object, read with care: sanitised, its audience derived, its dates clamped, its lists bounded.
///
/// Pure.
public struct ForeignNote: Sendable {
    /// Its id.
    public let uri: URI
    /// What kind of thing it is.
    public let type: PostType
    /// Whom it is for.
    public let audience: Audience
    /// The actors in to and cc, and those of Mention tags: the href counts, never the name.
    public let addressed: [URI]
    /// What it answers.
    public let inReplyTo: URI?
    /// The conversation that it says it belongs to.
    public let conversation: String?
    /// Who may answer it.
    public let replyPolicy: InteractionPolicy
    /// Who may boost it.
    public let boostPolicy: InteractionPolicy
    /// Who may quote it.
    public let quotePolicy: QuotePolicy
    /// What it names as the approval of its quote.
    public let quoteAuthorization: URI?
    /// What it says.
    public let body: Post.Body
    /// What is attached to it.
    public let attachments: [Post.Attachment]
    /// Of a Question its answers.
    public let poll: ForeignPoll?
    /// Of an unknown type, the object as it came.
    public let document: String?
    /// Its page for people.
    public let page: URI?
    /// When it says that it was published.
    public let publishedAt: Timestamp
    /// When it says that it was edited.
    public let editedAt: Timestamp?

    /// Reads a note of an author's.
    ///
    /// `json`: the note as it came, which is kept when its type is unknown.
    /// `activity`: what brought it, whose recipients are addressed too; nil when it was fetched.
    public init(
        _ note: NoteObject,
        _ json: JSONObject,
        uri: URI,
        sender: Account,
        activity: Activity? = nil
    ) {
        self.uri = uri
        type = PostType(rawValue: note.type)
        let audiences = note.to + note.cc
        // Public is public only when the object itself says so; a recipient list that cannot be read is private.
        audience = Self.audience(to: note.to, cc: note.cc, followers: sender.endpoints.followers)
        let mentioned = Self.mentioned(by: note)
        let hidden = activity.map { $0.to + $0.cc } ?? []
        var seen: Set<String> = []
        addressed = (audiences + mentioned + hidden)
            .filter { seen.insert($0).inserted && !PublicAudience.isPublic($0) }
            .prefix(ObjectLimits.people)
            .compactMap { try? URI($0) }
            .filter { $0 != sender.uri }
        inReplyTo = note.inReplyTo.flatMap { try? URI($0) }
        conversation = note.parts.conversation.flatMap { name in
            name.utf8.count > ObjectLimits.conversation || name.utf8.contains(0) ? nil : name
        }
        replyPolicy = Self.policy(note.parts.policy.canReply, of: sender)
        boostPolicy = Self.policy(note.parts.policy.canAnnounce, of: sender)
        quotePolicy = Self.quotePolicy(note.parts.policy.canQuote, of: sender)
        quoteAuthorization = note.parts.quoteAuthorization.flatMap { try? URI($0) }
        let media = ForeignMedia(note)
        attachments = media.attachments
        poll = ForeignPoll(note)
        page = media.page
        body = ForeignText(note).body(with: media, mentions: mentioned)
        document = type.isOther ? String(decoding: JSONWriter.write(.object(json)), as: UTF8.self) : nil
        publishedAt = Timestamp(milliseconds: note.published ?? .max)
        editedAt = note.updated.map { Timestamp(milliseconds: $0) }
    }

    /// Why an object is not shown as a post; nil when it is.
    public static func refusal(of note: NoteObject) -> String? {
        if notPosts.contains(note.type) { return "not a post: \(note.type)" }
        let hasContent = note.content != nil || note.parts.source != nil
        if ForeignVote(note) != nil { return "a vote" }
        if note.isShown { return nil }
        if note.type.isEmpty { return "no type" }
        guard hasContent || note.name != nil || note.summary != nil || note.parts.review?.stars != nil else {
            return "nothing to show"
        }
        return nil
    }

    private static let notPosts: Set<String> = [
        "Create", "Update", "Delete", "Announce", "Like", "Follow", "Person", "Group", "Service",
        "Organization",
        "Application", "Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage",
        "Tombstone",
        "Relationship", "Profile", "Place", "Link", "Mention", "Hashtag", "Emoji", "CacheFile", "WatchAction",
        "Playlist", "PlaylistElement", "Key",
    ]

    /// Whether an actor is the author, or one of several.
    public static func isWritten(_ note: NoteObject, by actor: URI) -> Bool {
        note.parts.authors.contains { (try? URI($0)) == actor }
    }

    /// The audience by the most private reading that fits.
    static func audience(to: [String], cc: [String], followers: URI?) -> Audience {
        if to.contains(where: PublicAudience.isPublic) { return .public }
        if cc.contains(where: PublicAudience.isPublic) { return .unlisted }
        if let followers, (to + cc).contains(where: { (try? URI($0)) == followers }) { return .followers }
        return .direct
    }

    /// The nearest policy that lets nobody whom its home would not let; without a rule everybody may.
    private static func policy(_ rule: [String]?, of author: Account) -> InteractionPolicy {
        guard let rule else { return .everyone }
        if rule.contains(where: PublicAudience.isPublic) { return .everyone }
        let others = rule.compactMap { try? URI($0) }.filter { $0 != author.uri }
        if let followers = author.endpoints.followers, others.contains(followers) { return .followers }
        return others.isEmpty ? .nobody : .mentioned
    }

    /// Who may quote it; without a rule its author alone, since a server that does not know of approval cannot give it.
    private static func quotePolicy(
        _ rule: (automatic: [String], manual: [String])?,
        of author: Account
    ) -> QuotePolicy {
        guard let rule else { return .nobody }
        return QuotePolicy(
            automatic: policy(rule.automatic, of: author),
            manual: policy(rule.manual, of: author)
        )
    }

    private static func mentioned(by note: NoteObject) -> [String] {
        var seen: Set<String> = []
        let mentioned = note.tags.compactMap { tag -> String? in
            guard case .mention(let href, _) = tag, seen.insert(href).inserted else { return nil }
            return href
        }
        return Array(mentioned.prefix(ObjectLimits.people))
    }

    /// The post, never dated later than it was received.
    public func post(id: Post.ID, author: Account.ID, receivedAt: Timestamp) -> Post {
        Post(
            id: id,
            uri: uri,
            type: type,
            author: author,
            audience: audience,
            replyPolicy: replyPolicy,
            boostPolicy: boostPolicy,
            quotePolicy: quotePolicy,
            inReplyTo: inReplyTo,
            conversation: conversation,
            body: body,
            page: page,
            publishedAt: min(max(publishedAt, Timestamp(milliseconds: 0)), receivedAt),
            editedAt: editedAt.map { min(max($0, Timestamp(milliseconds: 0)), receivedAt) }
        )
    }
}
