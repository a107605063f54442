/// What a page that posts link to says of itself, as its site had it when it was asked.
public struct LinkPreview: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<LinkPreview>

    /// How far it has come.
    public enum State: String, Sendable, CaseIterable {
        /// It is to be fetched.
        case waiting
        /// It is there.
        case ready
        /// The page says nothing of itself, or could not be had.
        case absent
    }

    /// What the page says.
    public struct Content: Sendable, Hashable {
        /// Its title, as one line of plain text; never empty.
        public var title: String
        /// What it is about, as one line of plain text; empty if it does not say.
        public var summary: String
        /// The name of its site; empty if it does not say.
        public var site: String
        /// Who wrote it; empty if it does not say.
        public var author: String
        /// The picture that stands for it.
        public var image: URI?
        /// What the picture shows; empty if nobody has said.
        public var imageText: String

        /// Puts the parts together.
        public init(
            title: String,
            summary: String = "",
            site: String = "",
            author: String = "",
            image: URI? = nil,
            imageText: String = ""
        ) {
            self.title = title
            self.summary = summary
            self.site = site
            self.author = author
            self.image = image
            self.imageText = imageText
        }
    }

    /// The most that wait at one time; a link that comes then has no preview.
    public static let maximumWaiting = 1_000
    /// How long what a page says is good.
    public static let freshness = Span.days(14)
    /// How long it is remembered that there is nothing.
    public static let absence = Span.days(1)

    /// The row's id.
    public let id: ID
    /// The page's address, without a fragment.
    public let url: URI
    /// How far it has come.
    public var state: State
    /// What the page said last.
    public var content: Content?
    /// When it is to be asked.
    public var dueAt: Timestamp?
    /// How often that has failed since it last went well.
    public var attempts: Int
    /// When it was last asked.
    public var fetchedAt: Timestamp?

    /// Puts a preview together.
    public init(
        id: ID,
        url: URI,
        state: State,
        content: Content? = nil,
        dueAt: Timestamp?,
        attempts: Int = 0,
        fetchedAt: Timestamp? = nil
    ) {
        self.id = id
        self.url = url
        self.state = state
        self.content = content
        self.dueAt = dueAt
        self.attempts = attempts
        self.fetchedAt = fetchedAt
    }
}
