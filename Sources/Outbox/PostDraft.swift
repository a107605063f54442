public import Domain

/// What a local author wrote, before it is a post.
///
/// With a title it becomes an article, with answers to choose from a question, without both a note.
public struct PostDraft: Sendable, Hashable, Encodable {
    /// How the text is written.
    public enum Format: String, Codable, Sendable, CaseIterable {
        /// Plain text with mentions, hashtags and links.
        case plain = "text/plain"
        /// Markdown with the same.
        case markdown = "text/markdown"
    }

    /// What the author of a post says of one of its uploads.
    public struct UploadText: Codable, Sendable, Hashable {
        /// The upload.
        public let id: Upload.ID
        /// What it shows; nil leaves it.
        public let description: String?
        /// What to keep in view; nil leaves it.
        public let focus: Post.Attachment.Focus?

        /// Puts it together.
        public init(_ id: Upload.ID, description: String? = nil, focus: Post.Attachment.Focus? = nil) {
            self.id = id
            self.description = description
            self.focus = focus
        }
    }

    /// The longest title, in characters.
    public static let longestTitle = 300
    /// The longest summary or content warning, in characters.
    public static let longestSummary = 500

    /// What it says.
    public var text: String
    /// How `text` is written.
    public var format: Format
    /// The title; empty for none.
    public var title: String
    /// The picture that stands for it.
    public var picture: Post.Body.Picture?
    /// What its author has uploaded for it, in order, at most `Upload.maximumOfPost`; nil leaves what a post that is edited
    /// has.
    public var uploads: [Upload.ID]?
    /// Which of `uploads` becomes `picture`; a picture.
    public var cover: Upload.ID?
    /// What its author says of uploads while writing; others stay as they are.
    public var uploadTexts: [UploadText]
    /// What it is about in professional learning.
    public var learning: Learning?
    /// Whom it is for.
    public var audience: Audience
    /// Whether it stays on this instance, whomever it is for.
    public var isLocalOnly: Bool
    /// Who may answer it.
    public var replyPolicy: InteractionPolicy
    /// Who may boost it.
    public var boostPolicy: InteractionPolicy
    /// Who may quote it.
    public var quotePolicy: QuotePolicy
    /// The post it quotes; an edit leaves that as it is.
    public var quotes: Post.ID?
    /// The post it answers.
    public var inReplyTo: Post.ID?
    /// A content warning, or what an article is about; empty for none.
    public var summary: String
    /// Whether it is hidden behind its summary.
    public var isSensitive: Bool
    /// The language tag (BCP 47).
    public var language: String?
    /// Answers to choose from; nil when there are none.
    public var poll: PollDraft?
    /// Whether a post that is edited keeps the poll that it has, or has none, whatever `poll` says.
    public var keepsPoll: Bool

    /// What is kept of a draft that is saved: one that edits a post is not.
    enum CodingKeys: CodingKey {
        case text, format, title, uploads, cover, uploadTexts, learning, audience, isLocalOnly, replyPolicy,
            boostPolicy, quotePolicy, quotes, inReplyTo, summary, isSensitive, language, poll
    }

    /// Begins a draft; everything else is set where it differs.
    public init(
        text: String,
        audience: Audience = .public,
        inReplyTo: Post.ID? = nil,
        summary: String = "",
        isSensitive: Bool = false,
        language: String? = nil,
        poll: PollDraft? = nil
    ) {
        self.text = text
        format = .plain
        title = ""
        uploadTexts = []
        self.audience = audience
        isLocalOnly = false
        replyPolicy = .everyone
        boostPolicy = .everyone
        quotePolicy = .everyone
        self.inReplyTo = inReplyTo
        self.summary = summary
        self.isSensitive = isSensitive
        self.language = language
        self.poll = poll
        keepsPoll = false
    }

    /// A post of ours as it can be edited.
    public init(editing post: Post) {
        let body = post.body
        self.init(
            text: body.source?.text ?? body.text,
            audience: post.audience,
            summary: body.summary,
            isSensitive: body.isSensitive,
            language: body.language
        )
        format = body.source.flatMap { Format(rawValue: $0.mediaType) } ?? .plain
        title = body.title
        picture = body.picture
        learning = body.learning
        isLocalOnly = post.isLocalOnly
        replyPolicy = post.replyPolicy
        boostPolicy = post.boostPolicy
        quotePolicy = post.quotePolicy
    }

    /// What it becomes.
    public var type: PostType { title.isEmpty ? poll == nil ? .note : .question : .article }
}
