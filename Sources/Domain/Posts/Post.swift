/// Something that an account said, ours or a peer's.
public struct Post: Sendable, Hashable {
    /// The type of a post's id.
    public typealias ID = Domain.ID<Post>

    /// The row's id; sorts by the time that the post is shown under.
    public let id: ID
    /// Its id on the wire.
    public let uri: URI
    /// Who wrote it.
    public let author: Account.ID
    /// Whom it is for.
    public var audience: Audience
    /// What it answers, on the wire.
    public var inReplyTo: URI?
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

    /// What a post says; all that an edit may change.
    public struct Body: Sendable, Hashable {
        /// Sanitised HTML.
        public var html: String
        /// The same as plain text, for search and notifications.
        public var text: String
        /// A content warning or summary as plain text; empty if none.
        public var summary: String
        /// Whether it is hidden behind its summary.
        public var isSensitive: Bool
        /// The language tag (BCP 47), if known.
        public var language: String?
        /// Hashtags without `#`, in lower case.
        public var hashtags: [String]

        /// Puts a body together.
        public init(
            html: String,
            text: String,
            summary: String = "",
            isSensitive: Bool = false,
            language: String? = nil,
            hashtags: [String] = []
        ) {
            self.html = html
            self.text = text
            self.summary = summary
            self.isSensitive = isSensitive
            self.language = language
            self.hashtags = hashtags
        }
    }

    /// Puts a post together.
    public init(
        id: ID,
        uri: URI,
        author: Account.ID,
        audience: Audience,
        inReplyTo: URI? = nil,
        body: Body,
        page: URI? = nil,
        publishedAt: Timestamp,
        editedAt: Timestamp? = nil,
        deletedAt: Timestamp? = nil
    ) {
        self.id = id
        self.uri = uri
        self.author = author
        self.audience = audience
        self.inReplyTo = inReplyTo
        self.body = body
        self.page = page
        self.publishedAt = publishedAt
        self.editedAt = editedAt
        self.deletedAt = deletedAt
    }
}
