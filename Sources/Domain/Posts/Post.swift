/// Something that an account said, ours or a peer's.
public struct Post: Sendable, Hashable {
    /// The type of a post's id.
    public typealias ID = Domain.ID<Post>

    /// The row's id; sorts by the time that the post is shown under.
    public let id: ID
    /// Its id on the wire.
    public let uri: URI
    /// What kind of thing it is.
    public var type: PostType
    /// Who wrote it.
    public let author: Account.ID
    /// Whom it is for.
    public var audience: Audience
    /// Whether only accounts of this instance may see it, of those whom its audience names.
    public var isLocalOnly: Bool
    /// Who may answer it.
    public var replyPolicy: InteractionPolicy
    /// Who may boost it.
    public var boostPolicy: InteractionPolicy
    /// Who may quote it.
    public var quotePolicy: QuotePolicy
    /// What it answers, on the wire.
    public var inReplyTo: URI?
    /// The conversation it belongs to, as its home names it: any text, of at most 2048 bytes.
    public var conversation: String?
    /// What it says.
    public var body: Body
    /// The page for people, if its home names one.
    public var page: URI?
    /// When its author published it; never later than we received it.
    public let publishedAt: Timestamp
    /// When it was last edited.
    public var editedAt: Timestamp?
    /// When it was deleted: a tombstone that a late Create never fills again.
    public var deletedAt: Timestamp?

    /// Puts a post together.
    public init(
        id: ID,
        uri: URI,
        type: PostType = .note,
        author: Account.ID,
        audience: Audience,
        isLocalOnly: Bool = false,
        replyPolicy: InteractionPolicy = .everyone,
        boostPolicy: InteractionPolicy = .everyone,
        quotePolicy: QuotePolicy = .everyone,
        inReplyTo: URI? = nil,
        conversation: String? = nil,
        body: Body,
        page: URI? = nil,
        publishedAt: Timestamp,
        editedAt: Timestamp? = nil,
        deletedAt: Timestamp? = nil
    ) {
        self.id = id
        self.uri = uri
        self.type = type
        self.author = author
        self.audience = audience
        self.isLocalOnly = isLocalOnly
        self.replyPolicy = replyPolicy
        self.boostPolicy = boostPolicy
        self.quotePolicy = quotePolicy
        self.inReplyTo = inReplyTo
        self.conversation = conversation
        self.body = body
        self.page = page
        self.publishedAt = publishedAt
        self.editedAt = editedAt
        self.deletedAt = deletedAt
    }
}

extension Post {
    /// What it is hidden behind; empty when it is shown at once.
    ///
    /// The summary of a note or question is a content warning. That of anything else says what it is about, unless its
    /// author calls the post sensitive.
    public var warning: String {
        body.isSensitive || type == .note || type == .question ? body.summary : ""
    }

    /// What it is about, in a few sentences above the text; empty if it does not say, or hides behind that.
    public var abstract: String { warning.isEmpty ? body.summary : "" }
}
