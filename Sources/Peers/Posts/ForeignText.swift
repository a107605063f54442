import Content
import Domain
import Vocabulary

/// What a peer's object says, as a post's body.
///
/// Pure.
struct ForeignText {
    let note: NoteObject

    init(_ note: NoteObject) { self.note = note }

    /// The body; `mentions`: the actors mentioned, as they were written.
    func body(with media: ForeignMedia, mentions: [String]) -> Post.Body {
        let html = SanitizedHTML(stored: main.html + additions)
        return Post.Body(
            title: title,
            html: html.html,
            text: PlainText.from(SanitizedHTML(stored: html.html + answers)),
            summary: PlainText.limit(
                PlainText.from(html: note.summary ?? ""),
                characters: ObjectLimits.summary
            ),
            isSensitive: note.sensitive,
            language: note.language,
            link: media.link ?? (isTitled ? media.page : nil),
            picture: media.picture,
            hashtags: hashtags,
            mentions: mentions.compactMap { try? URI($0) },
            emojis: emojis,
            quotes: note.parts.quotes.flatMap { try? URI($0) },
            learning: learning
        )
    }

    /// Its texts stand in the content too: that is how everybody reads them.
    private var learning: Learning? {
        guard let object = note.parts.learning, let kind = Learning.Kind(rawValue: object.kind) else {
            return nil
        }
        return Learning(kind, whatWeDid: Self.clean(object.whatWeDid), why: Self.clean(object.why))
    }

    private static func clean(_ text: String) -> String {
        PlainText.clean(text, characters: Learning.longestText, isOneLine: false)
    }

    /// A note without content says its name, so that it has no title.
    private var title: String {
        guard let name = note.name, note.type != "Note" || hasText else { return "" }
        return PlainText.clean(name, characters: ObjectLimits.title)
    }

    private var hasText: Bool { note.content != nil || note.parts.source != nil }

    /// Anything but a note is shown with a link to its page.
    private var isTitled: Bool { note.type != "Note" && note.type != "Question" }

    private var main: SanitizedHTML {
        if let content = note.content {
            return Self.html(content, note.parts.contentType)
        }
        if let source = note.parts.source { return Self.html(source.text, source.mediaType) }
        return note.type == "Note" ? Self.html(note.name ?? "", "text/plain") : Self.html("", "text/html")
    }

    /// Text of any kind as HTML: Markdown is written as such, anything else but HTML as paragraphs.
    private static func html(_ text: String, _ mediaType: String) -> SanitizedHTML {
        switch mediaType {
        case "text/html": return HTMLSanitizer.sanitize(text)
        case "text/markdown":
            if let written = try? PostText(markdown: text, mention: { _ in nil }) { return written.html }
        default: break
        }
        let escaped = HTMLEscape.text(String(decoding: text.utf8.prefix(100_000), as: UTF8.self))
        let lines = escaped.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "<br>")
        return HTMLSanitizer.sanitize("<p>\(lines)</p>")
    }

    /// The answers of a poll, so that they are found; they are shown beside the text, with their counts.
    private var answers: String {
        guard note.type == "Question", let poll = note.parts.poll else { return "" }
        let options = poll.options.map {
            "<li>\(HTMLEscape.text(PlainText.clean($0.name, characters: ObjectLimits.option)))</li>"
        }
        return "<ul>\(options.joined())</ul>"
    }

    /// What is only data in the object: when and where an event takes place.
    private var additions: String {
        guard note.type == "Event" else { return "" }
        var lines: [String] = []
        if let start = note.parts.startTime {
            let end = note.parts.endTime.map { " – \(Self.shown($0))" } ?? ""
            lines.append("When: \(Self.shown(start))\(end)")
        }
        if let place = note.parts.place {
            lines.append("Where: \(HTMLEscape.text(PlainText.clean(place, characters: ObjectLimits.option)))")
        }
        return lines.isEmpty ? "" : "<p>\(lines.joined(separator: "<br>"))</p>"
    }

    /// A time as people read it: `2026-12-01 10:00 UTC`.
    private static func shown(_ time: Int64) -> String {
        let text = WireDate.format(time)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    private var hashtags: [String] {
        var seen: Set<String> = []
        return note.hashtags.prefix(ObjectLimits.hashtags).compactMap { Hashtag($0)?.name }.filter {
            seen.insert($0).inserted
        }
    }

    private var emojis: [Post.Body.Emoji] {
        var seen: Set<String> = []
        return note.parts.emojis.compactMap { emoji in
            let name = emoji.name.split(separator: ":").first.map(String.init) ?? ""
            guard seen.insert(name).inserted, let url = try? URI(emoji.icon) else { return nil }
            return Post.Body.Emoji(name, url: url)
        }
    }
}
