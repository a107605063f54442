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
            link: media.link ?? book ?? (isTitled ? media.page : nil),
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

    /// What is only data in the object: when and where an event takes place, how many stars a book gets.
    private var additions: String {
        let lines =
            (note.type == "Event" ? eventLines : [])
            + (note.parts.review.flatMap(Self.rating).map { [$0] } ?? [])
        return lines.isEmpty ? "" : "<p>\(lines.joined(separator: "<br>"))</p>"
    }

    private var eventLines: [String] {
        let event = note.parts.event
        var lines: [String] = []
        switch event.status {
        case .cancelled: lines.append("<strong>Cancelled</strong>")
        case .tentative: lines.append("Not yet certain")
        case nil: break
        }
        if let start = event.start { lines.append("When: \(Self.shown(start, until: event.end))") }
        if let place = event.place {
            lines.append("Where: \(HTMLEscape.text(PlainText.clean(place, characters: ObjectLimits.option)))")
        }
        return lines
    }

    /// `Rating: 4.5 of 5`.
    private static func rating(_ review: ReviewObject) -> String? {
        review.stars.map { stars in
            let halves = Int((stars * 2).rounded())
            return "Rating: \(halves / 2)\(halves % 2 == 0 ? "" : ".5") of 5"
        }
    }

    /// A time as the clocks show it at the place, with what they are ahead: `2026-12-01 18:00 – 20:00 (UTC+01:00)`.
    private static func shown(_ start: EventObject.Moment, until end: EventObject.Moment?) -> String {
        let (first, last) = (clock(start), end.map(clock))
        guard let last, let end else { return "\(first.day) \(first.time) (\(zone(start)))" }
        if start.offset != end.offset {
            return "\(first.day) \(first.time) (\(zone(start))) – \(last.day) \(last.time) (\(zone(end)))"
        }
        let day = first.day == last.day ? "" : "\(last.day) "
        return "\(first.day) \(first.time) – \(day)\(last.time) (\(zone(start)))"
    }

    private static func clock(_ moment: EventObject.Moment) -> (day: Substring, time: Substring) {
        let text = WireDate.format(moment.time + moment.offset * 60_000)
        return (text.prefix(10), text.dropFirst(11).prefix(5))
    }

    private static func zone(_ moment: EventObject.Moment) -> String {
        guard moment.offset != 0 else { return "UTC" }
        let minutes = moment.offset.magnitude
        func padded(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "UTC\(moment.offset < 0 ? "-" : "+")\(padded(minutes / 60)):\(padded(minutes % 60))"
    }

    /// What a review is about.
    private var book: URI? { note.parts.review.flatMap { try? URI($0.book) } }

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
