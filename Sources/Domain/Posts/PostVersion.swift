/// What a post said until it was edited.
public struct PostVersion: Sendable, Hashable {
    /// How many earlier versions of a post are kept; the oldest go first.
    public static let maximumKept = 50

    /// The post.
    public let post: Post.ID
    /// The place among the versions of the post, from 1.
    public let number: Int
    /// Its title, as plain text; empty if it had none.
    public let title: String
    /// What it said, as sanitised HTML.
    public let html: String
    /// Its content warning or summary as plain text; empty if none.
    public let summary: String
    /// Whether it was hidden behind its summary.
    public let isSensitive: Bool
    /// What was attached.
    public let attachments: [Post.Attachment]
    /// Since when it said so.
    public let writtenAt: Timestamp

    /// Puts a version together.
    public init(
        post: Post.ID,
        number: Int,
        title: String,
        html: String,
        summary: String,
        isSensitive: Bool,
        attachments: [Post.Attachment],
        writtenAt: Timestamp
    ) {
        self.post = post
        self.number = number
        self.title = title
        self.html = html
        self.summary = summary
        self.isSensitive = isSensitive
        self.attachments = attachments
        self.writtenAt = writtenAt
    }
}
