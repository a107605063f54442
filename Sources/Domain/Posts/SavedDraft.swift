/// What a person has written and not published: a draft, or a post that waits for its time.
public struct SavedDraft: Sendable, Hashable {
    /// The type of a saved draft's id.
    public typealias ID = Domain.ID<SavedDraft>

    /// How many drafts an account may have, and how many posts that wait.
    public static let most = 300
    /// How long what is written may be, in bytes of JSON.
    public static let longestDocument = 1 << 18
    /// How far ahead the time of a post lies.
    public static let ahead = Span.minutes(5)...Span.days(366)

    /// The row's id.
    public let id: ID
    /// Who wrote it; nobody else sees it.
    public let account: Account.ID
    /// What is written, as JSON.
    public var document: String
    /// The uploads that it holds: they are kept for it.
    public var uploads: [Upload.ID]
    /// When it is published; nil for a draft.
    public var dueAt: Timestamp?
    /// Why it was not published when it was due, for its author.
    public var problem: String?
    /// How often it was changed: whoever publishes it publishes what they have read.
    public var version: Int
    /// When it was first saved.
    public let createdAt: Timestamp
    /// When it was last changed.
    public var changedAt: Timestamp

    /// Puts the parts together.
    public init(
        id: ID,
        account: Account.ID,
        document: String,
        uploads: [Upload.ID] = [],
        dueAt: Timestamp? = nil,
        problem: String? = nil,
        version: Int = 1,
        createdAt: Timestamp,
        changedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.document = document
        self.uploads = uploads
        self.dueAt = dueAt
        self.problem = problem
        self.version = version
        self.createdAt = createdAt
        self.changedAt = changedAt
    }
}
