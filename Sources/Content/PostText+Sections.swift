extension PostText {
    /// A passage with a heading of its own.
    public struct Section: Sendable, Hashable {
        /// What stands above it.
        public let heading: String
        /// The passage, as plain text; an empty one is left out.
        public let text: String

        /// Puts a passage together.
        public init(_ heading: String, _ text: String) {
            self.heading = heading
            self.text = text
        }
    }

    /// The text with passages below it, and a hashtag at its end unless it has that already.
    ///
    /// Names, hashtags and addresses in a passage stay text. `tagPage`: as in ``init(_:limits:tagPage:mention:)``.
    public func adding(
        _ sections: [Section],
        hashtag: Hashtag?,
        tagPage: (Hashtag) -> String? = { _ in nil }
    ) -> PostText {
        let sections = sections.filter { !$0.text.isEmpty }
        var html = html.html
        for section in sections {
            let lines = section.text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { HTMLEscape.text(String($0)) }
            html += "<p><strong>\(HTMLEscape.text(section.heading))</strong><br>"
            html += lines.joined(separator: "<br>") + "</p>"
        }
        var writer = PostTextWriter(mentioning: []) { _ in nil }
        var passages = [plainText] + sections.map { "\($0.heading)\n\($0.text)" }
        if let hashtag, !hashtags.contains(hashtag) {
            html += "<p>\(writer.markup(of: .hashtag(hashtag), tagPage: tagPage))</p>"
            passages.append("#\(hashtag.display)")
        }
        return PostText(
            html: PostTextWriter.sanitized(html),
            plainText: passages.filter { !$0.isEmpty }.joined(separator: "\n\n"),
            mentions: mentions,
            hashtags: hashtags + writer.hashtags,
            links: links
        )
    }

    private init(
        html: SanitizedHTML,
        plainText: String,
        mentions: [Mention],
        hashtags: [Hashtag],
        links: [String]
    ) {
        self.html = html
        self.plainText = plainText
        self.mentions = mentions
        self.hashtags = hashtags
        self.links = links
    }
}
