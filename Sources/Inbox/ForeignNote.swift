import Content
import Domain
import Vocabulary

/// A peer's note, read with care: sanitised, its audience derived, its dates clamped.
///
/// Pure.
struct ForeignNote: Sendable {
    let uri: URI
    let audience: Audience
    /// The actors in to and cc, and those of Mention tags: the href counts, never the name.
    let addressed: [URI]
    let inReplyTo: URI?
    let body: Post.Body
    let page: URI?
    let publishedAt: Timestamp
    let editedAt: Timestamp?

    private static let maximumAddressed = 100

    init(_ note: NoteObject, uri: URI, sender: Account, activity: Activity) {
        self.uri = uri
        let audiences = note.to + note.cc
        // Public is public only when the object itself says so; a recipient list that cannot be read is private.
        audience = Self.audience(to: note.to, cc: note.cc, followers: sender.endpoints.followers)
        let mentioned = note.tags.compactMap { tag -> String? in
            guard case .mention(let href, _) = tag else { return nil }
            return href
        }
        let hidden = activity.to + activity.cc
        var seen: Set<String> = []
        addressed = (audiences + mentioned + hidden)
            .filter { seen.insert($0).inserted && !PublicAudience.isPublic($0) }
            .prefix(Self.maximumAddressed)
            .compactMap { try? URI($0) }
            .filter { $0 != sender.uri }
        inReplyTo = note.inReplyTo.flatMap { try? URI($0) }
        body = Self.body(of: note)
        page = note.url.flatMap { try? URI($0) }
        publishedAt = Timestamp(milliseconds: note.published ?? .max)
        editedAt = note.updated.map { Timestamp(milliseconds: $0) }
    }

    /// The audience by the most private reading that fits.
    static func audience(to: [String], cc: [String], followers: URI?) -> Audience {
        if to.contains(where: PublicAudience.isPublic) { return .public }
        if cc.contains(where: PublicAudience.isPublic) { return .unlisted }
        if let followers, (to + cc).contains(where: { (try? URI($0)) == followers }) { return .followers }
        return .direct
    }

    static func body(of note: NoteObject) -> Post.Body {
        let html = HTMLSanitizer.sanitize(note.content ?? note.name ?? "")
        return Post.Body(
            html: html.html,
            text: PlainText.from(html),
            summary: PlainText.limit(PlainText.from(html: note.summary ?? ""), characters: 500),
            isSensitive: note.sensitive,
            language: note.language,
            hashtags: hashtags(of: note)
        )
    }

    private static func hashtags(of note: NoteObject) -> [String] {
        var seen: Set<String> = []
        return note.hashtags.prefix(PostText.maximumLinks).compactMap { Hashtag($0)?.name }.filter {
            seen.insert($0).inserted
        }
    }

    /// The post, never dated later than it was received.
    func post(id: Post.ID, author: Account.ID, receivedAt: Timestamp) -> Post {
        Post(
            id: id,
            uri: uri,
            author: author,
            audience: audience,
            inReplyTo: inReplyTo,
            body: body,
            page: page,
            publishedAt: min(max(publishedAt, Timestamp(milliseconds: 0)), receivedAt),
            editedAt: editedAt.map { min($0, receivedAt) }
        )
    }
}
