/// What a local author typed, made ready to publish.
///
/// Blank lines part paragraphs; http and https addresses become links, `#words` links to their tag pages,
/// `@names` links to the people. Everything else is text, whatever it looks like.
public struct PostText: Sendable {
    /// The markup; sanitising it changes nothing, so every server shows the same.
    public let html: SanitizedHTML
    /// What was typed, with line feeds as line ends, control characters gone and the ends trimmed.
    public let plainText: String
    /// The people mentioned that were found, each once, in order.
    public let mentions: [Mention]
    /// The hashtags, each once, in order.
    public let hashtags: [Hashtag]
    /// The addresses linked to, each once, in order.
    public let links: [String]

    /// Somebody mentioned who was found.
    public struct Mention: Sendable, Hashable {
        /// The name as typed.
        public let name: MentionName
        /// Where the mention leads.
        public let target: MentionTarget
    }

    /// Where a mention leads, and what it shows.
    public struct MentionTarget: Sendable, Hashable {
        /// The address of the person's page, absolute http or https.
        public let href: String
        /// What stands behind the `@`.
        public let display: String

        /// Makes a target.
        public init(href: String, display: String) {
            self.href = href
            self.display = display
        }
    }

    /// The most hashtags, the most addresses and the most mentions (one person's repeated) that become
    /// links; further ones stay text.
    public static let maximumLinks = 100

    /// Returns the different names that `text` mentions, so that they can be looked up before the post is
    /// made.
    /// - Throws: ``PostTextRefusal`` as ``init(_:limits:tagPage:mention:)`` does.
    public static func mentionNames(
        in text: String,
        limits: PostTextLimits = .standard
    ) throws(PostTextRefusal) -> [MentionName] {
        try names(in: PostTextScanner.pieces(of: try checked(text, limits)), limits)
    }

    /// Makes a post's text.
    ///
    /// `mention` is asked once for each name and answers `nil` for somebody unknown, whose name stays text;
    /// `tagPage` answers the address of a hashtag's page, or `nil` when it should stay text.
    /// - Throws: ``PostTextRefusal/tooLong(limit:)`` and ``PostTextRefusal/tooManyMentions(limit:)``.
    public init(
        _ text: String,
        limits: PostTextLimits = .standard,
        tagPage: (Hashtag) -> String? = { _ in nil },
        mention: (MentionName) -> MentionTarget?
    ) throws(PostTextRefusal) {
        let plainText = try Self.checked(text, limits)
        let pieces = PostTextScanner.pieces(of: plainText)
        let names = try Self.names(in: pieces, limits)
        var writer = PostTextWriter(mentioning: names, mention)
        for piece in pieces { writer.write(piece, tagPage: tagPage) }
        self.init(html: writer.finished(), plainText: plainText, mentions: names, writer)
    }

    /// Puts together what a writer has written.
    init(html: SanitizedHTML, plainText: String, mentions names: [MentionName], _ writer: PostTextWriter) {
        self.html = html
        self.plainText = plainText
        mentions = names.compactMap { name in writer.targets[name].map { Mention(name: name, target: $0) } }
        hashtags = writer.hashtags
        links = writer.links
    }

    static func names(
        in pieces: [PostTextPiece],
        _ limits: PostTextLimits
    ) throws(PostTextRefusal) -> [MentionName] {
        var names: [MentionName] = []
        var seen: Set<MentionName> = []
        for piece in pieces {
            guard case .mention(_, let name) = piece, seen.insert(name).inserted else { continue }
            names.append(name)
        }
        guard names.count <= limits.maximumMentions else {
            throw .tooManyMentions(limit: limits.maximumMentions)
        }
        return names
    }

    /// Cleans `text` and holds it to its limits.
    static func checked(_ text: String, _ limits: PostTextLimits) throws(PostTextRefusal) -> String {
        // Bytes first: counting characters of a text of any length would itself take any time.
        let (maximumBytes, overflow) = limits.maximumCharacters.multipliedReportingOverflow(by: 16)
        guard overflow || text.utf8.count <= maximumBytes else {
            throw .tooLong(limit: limits.maximumCharacters)
        }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte == 0x0A, bytes.last == 0x0D { bytes.removeLast() }
            if bytes.last == 0x0D { bytes[bytes.count - 1] = 0x0A }
            bytes.append(byte)
        }
        if bytes.last == 0x0D { bytes.removeLast() }
        var clean = TextFilter.cleaned(bytes)[...]
        while clean.last?.isHTMLSpace == true { clean.removeLast() }
        while clean.first?.isHTMLSpace == true { clean.removeFirst() }
        let result = String(decoding: clean, as: UTF8.self)
        guard result.count <= limits.maximumCharacters else {
            throw .tooLong(limit: limits.maximumCharacters)
        }
        return result
    }
}
