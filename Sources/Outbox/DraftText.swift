import Content
import Domain

/// Turns a draft into a post's body.
///
/// Pure.
struct DraftText {
    /// The draft, with its texts made clean.
    let draft: PostDraft
    let uris: LocalActorURIs

    /// - Throws: `OutboxError.badText` for a title, summary or field that is too long.
    init(_ draft: PostDraft, _ uris: LocalActorURIs) throws {
        var draft = draft
        // As forms send them.
        draft.text = draft.text.replacing("\r\n", with: "\n")
        draft.title = try Self.clean(draft.title, "title", longest: PostDraft.longestTitle)
        draft.summary = try Self.clean(draft.summary, "summary", longest: PostDraft.longestSummary)
        if let learning = draft.learning {
            let longest = Learning.longestText
            draft.learning = Learning(
                learning.kind,
                whatWeDid: try Self.clean(
                    learning.whatWeDid,
                    "\"what we did\"",
                    longest: longest,
                    lines: true
                ),
                why: try Self.clean(learning.why, "\"why\"", longest: longest, lines: true)
            )
        }
        self.draft = draft
        self.uris = uris
    }

    /// Longer by one than what may stand, so that what is too long is refused and not cut.
    private static func clean(_ text: String, _ name: String, longest: Int, lines: Bool = false) throws
        -> String
    {
        let clean = PlainText.clean(text, characters: longest + 1, isOneLine: !lines)
        guard clean.count <= longest else {
            throw OutboxError.badText(reason: "the \(name) is longer than \(longest) characters")
        }
        return clean
    }

    private var limits: PostTextLimits { draft.type == .article ? .article : .standard }

    /// The people whom it mentions.
    ///
    /// - Throws: `OutboxError.badText`.
    func mentionNames() throws -> [MentionName] {
        try Action.reading { () throws(PostTextRefusal) -> [MentionName] in
            switch draft.format {
            case .plain: try PostText.mentionNames(in: draft.text, limits: limits)
            case .markdown: try PostText.mentionNames(inMarkdown: draft.text, limits: limits)
            }
        }
    }

    /// The whole text, with what the kind of post adds.
    ///
    /// - Throws: `OutboxError.badText`.
    func text(_ mentioned: [MentionName: Account]) throws -> PostText {
        let typed = try Action.reading { () throws(PostTextRefusal) -> PostText in try self.typed(mentioned) }
        guard let learning = draft.learning else {
            // A picture says enough.
            if typed.plainText.isEmpty, draft.uploads?.isEmpty ?? true {
                throw OutboxError.badText(reason: "the post is empty")
            }
            return typed
        }
        if typed.plainText.isEmpty, learning.whatWeDid.isEmpty, learning.why.isEmpty {
            throw OutboxError.badText(reason: "the post is empty")
        }
        return typed.adding(
            [
                PostText.Section(Learning.whatWeDidHeading, learning.whatWeDid),
                PostText.Section(Learning.whyHeading, learning.why),
            ],
            hashtag: Hashtag(learning.kind.hashtag),
            tagPage: tagPage
        )
    }

    private func tagPage(_ tag: Hashtag) -> String? { uris.tagPage(tag.name).description }

    private func typed(_ mentioned: [MentionName: Account]) throws(PostTextRefusal) -> PostText {
        let target = { (name: MentionName) -> PostText.MentionTarget? in
            mentioned[name].map { account in
                PostText.MentionTarget(
                    href: (account.page ?? account.uri).description,
                    display: account.handle.name
                )
            }
        }
        return switch draft.format {
        case .plain: try PostText(draft.text, limits: limits, tagPage: tagPage, mention: target)
        case .markdown: try PostText(markdown: draft.text, limits: limits, tagPage: tagPage, mention: target)
        }
    }

    /// The body; `named`: the people whom the text mentions and who were found.
    func body(_ text: PostText, naming named: [Account]) -> Post.Body {
        let isTyped = draft.format == .plain && draft.learning == nil
        return Post.Body(
            title: draft.title,
            html: text.html.html,
            text: text.plainText,
            source: isTyped ? nil : .init(draft.text, mediaType: draft.format.rawValue),
            summary: draft.summary,
            // The summary of an article says what it is about; that of a note is a warning.
            isSensitive: draft.isSensitive || (draft.type != .article && !draft.summary.isEmpty),
            language: draft.language,
            picture: draft.picture,
            hashtags: text.hashtags.map(\.name),
            mentions: named.map(\.uri),
            learning: draft.learning
        )
    }
}
