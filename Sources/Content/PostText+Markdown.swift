extension PostText {
    /// Returns the different names that a Markdown text mentions, outside of its links and code.
    ///
    /// - Throws: ``PostTextRefusal`` as ``init(markdown:limits:tagPage:mention:)`` does.
    public static func mentionNames(
        inMarkdown text: String,
        limits: PostTextLimits = .article
    ) throws(PostTextRefusal) -> [MentionName] {
        guard let document = MarkdownDocument(try checked(text, limits)) else { return [] }
        return try names(in: document.texts.flatMap(PostTextScanner.pieces), limits)
    }

    /// Makes a post's text of Markdown (CommonMark and `~~strikethrough~~`).
    ///
    /// Mentions, hashtags and addresses in it become links as in other posts. Raw HTML stays text, an image becomes a
    /// link. The result takes the way of everybody's HTML, through ``HTMLSanitizer``; ``plainText`` is the text
    /// without its marks.
    /// - Throws: ``PostTextRefusal/tooLong(limit:)`` and ``PostTextRefusal/tooManyMentions(limit:)``.
    public init(
        markdown text: String,
        limits: PostTextLimits = .article,
        tagPage: (Hashtag) -> String? = { _ in nil },
        mention: (MentionName) -> MentionTarget?
    ) throws(PostTextRefusal) {
        guard let document = MarkdownDocument(try Self.checked(text, limits)) else {
            throw .tooLong(limit: limits.maximumCharacters)
        }
        let names = try Self.names(in: document.texts.flatMap(PostTextScanner.pieces), limits)
        var writer = PostTextWriter(mentioning: names, mention)
        for address in document.addresses.prefix(Self.maximumLinks) {
            if let link = WebLink(address.utf8) { writer.note(link) }
        }
        document.replaceTexts { text in
            let pieces = PostTextScanner.pieces(of: text)
            if pieces.allSatisfy(\.isText) { return nil }
            return pieces.map { writer.markup(of: $0, tagPage: tagPage) }.joined()
        }
        let html = PostTextWriter.sanitized(document.html)
        self.init(html: html, plainText: PlainText.from(html), mentions: names, writer)
    }
}

extension PostTextLimits {
    /// An article: 60,000 characters and 50 mentions.
    public static let article = PostTextLimits(maximumCharacters: 60_000)
}
