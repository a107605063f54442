import Content
import Domain
import Peers
import Vocabulary

/// A post as an archive has it, read with the same care as a peer's.
///
/// Pure.
struct ArchivedPost: Sendable {
    /// Something of it in the archive.
    struct Media: Sendable {
        /// What it is called there, or where it was.
        let reference: String
        let description: String
        let focus: Post.Attachment.Focus?
    }

    /// What an activity of an outbox is.
    enum Reading: Sendable {
        case post(ArchivedPost)
        /// Nothing that is imported: a boost, a like.
        case passed
        /// What cannot be taken, and why.
        case refused(item: String, reason: String)
    }

    /// What it is called where it comes from.
    let original: URI
    let note: ForeignNote
    let media: [Media]
    /// Which of them is its cover.
    let cover: String?
    let audience: Audience
    let isLocalOnly: Bool
    /// As it was typed.
    let source: Post.Body.Source?

    /// Reads an activity of an archive's owner.
    ///
    /// `isSameSchool`: the archive comes from the school that it goes to, so that its audiences mean the same.
    /// `now`: nothing may be dated later.
    static func read(_ value: JSONValue, of owner: Account, isSameSchool: Bool, now: Timestamp) -> Reading {
        guard let activity = value.object, let type = activity.typeName else {
            return .refused(item: "an entry", reason: "it is no activity")
        }
        guard type == "Create" else { return .passed }
        let name = activity["object"]?.id ?? activity["id"]?.string ?? "an entry"
        guard activity["actor"]?.id == owner.uri.description, let document = activity["object"]?.object else {
            return .refused(item: name, reason: "it was not written by the archive's owner")
        }
        do {
            return try read(document, named: name, owner, isSameSchool, now)
        } catch {
            return .refused(item: name, reason: "it is not readable: \(error)")
        }
    }

    private static func read(
        _ document: JSONObject,
        named name: String,
        _ owner: Account,
        _ isSameSchool: Bool,
        _ now: Timestamp
    ) throws(ShapeError) -> Reading {
        let object = try NoteObject(document)
        guard let original = object.id.flatMap({ try? URI($0) }) else {
            return .refused(item: name, reason: "it has no address")
        }
        guard ForeignNote.isWritten(object, by: owner.uri) else {
            return .refused(item: name, reason: "it was not written by the archive's owner")
        }
        guard ["Note", "Article", "Question"].contains(object.type) else {
            return .refused(
                item: name,
                reason: "a post of the kind \(object.type.prefix(40)) cannot be written here"
            )
        }
        if let reason = ForeignNote.refusal(of: object) { return .refused(item: name, reason: reason) }
        guard let published = object.published else {
            return .refused(item: name, reason: "it does not say when it was published")
        }
        guard published >= 0, published <= now.milliseconds else {
            return .refused(item: name, reason: "its date cannot be right")
        }
        let note = ForeignNote(object, document, uri: original, sender: owner)
        let isLocalOnly = document["localOnly"]?.bool ?? false
        return .post(
            ArchivedPost(
                original: original,
                note: note,
                media: object.parts.attachments.map(Media.init),
                cover: object.parts.pictures.first?.link.href,
                audience: audience(of: note, document["archivedAudience"]?.string, isLocalOnly, isSameSchool),
                isLocalOnly: isLocalOnly,
                source: source(of: object)
            )
        )
    }

    /// The most private reading: what was for people of one school or for named people is its author's alone elsewhere.
    private static func audience(
        of note: ForeignNote,
        _ said: String?,
        _ isLocalOnly: Bool,
        _ isSameSchool: Bool
    ) -> Audience {
        let audience = said.flatMap { Audience(rawValue: $0) } ?? note.audience
        switch audience {
        case .school, .partners: return isSameSchool ? audience : .direct
        case .public, .unlisted, .followers: return isLocalOnly && !isSameSchool ? .direct : audience
        case .direct: return .direct
        }
    }

    private static func source(of object: NoteObject) -> Post.Body.Source? {
        guard let source = object.parts.source, source.text.utf8.count <= 1 << 17,
            ["text/plain", "text/markdown"].contains(source.mediaType)
        else { return nil }
        return Post.Body.Source(source.text, mediaType: source.mediaType)
    }
}

extension ArchivedPost.Media {
    init(_ object: MediaObject) {
        reference = object.link.href
        description = PlainText.clean(
            object.description ?? "",
            characters: Upload.maximumDescription,
            isOneLine: false
        )
        focus = object.focalPoint.flatMap { Post.Attachment.Focus(x: $0.x, y: $0.y) }
    }
}

extension JSONObject {
    /// Its type, or the first of several.
    var typeName: String? { self["type"]?.asList.first?.string }
}
