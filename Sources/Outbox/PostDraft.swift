public import Domain

/// What a local author wrote, before it is a post.
public struct PostDraft: Sendable {
    /// Plain text with mentions, hashtags and links.
    public var text: String
    /// Whom it is for.
    public var audience: Audience
    /// The post it answers.
    public var inReplyTo: Post.ID?
    /// A content warning; empty for none.
    public var summary: String
    /// Whether it is hidden behind its summary.
    public var isSensitive: Bool
    /// The language tag (BCP 47).
    public var language: String?

    /// Puts a draft together.
    public init(
        text: String,
        audience: Audience = .public,
        inReplyTo: Post.ID? = nil,
        summary: String = "",
        isSensitive: Bool = false,
        language: String? = nil
    ) {
        self.text = text
        self.audience = audience
        self.inReplyTo = inReplyTo
        self.summary = summary
        self.isSensitive = isSensitive
        self.language = language
    }
}
