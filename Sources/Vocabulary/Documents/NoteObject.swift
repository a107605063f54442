/// A note, or any object that can be shown like one.
///
/// Spec: Activity Vocabulary section 3.3.
public struct NoteObject: Sendable {
    /// The most tags that are read.
    public static let maximumTags = ObjectLimits.tags

    /// The object types that can be shown as posts.
    public static let shownTypes: Set<String> = [
        "Note", "Article", "Page", "Question", "Event", "Image", "Audio", "Video", "Document",
        "PodcastEpisode",
    ]

    /// What a note refers to.
    public enum Tag: Sendable, Hashable {
        /// An account: `href` is the actor's id, `name` how it was written.
        case mention(href: String, name: String?)
        /// A hashtag, without its `#`.
        case hashtag(name: String)
    }

    /// The id.
    public let id: String?
    /// The first of its types that can be shown, else its first type.
    public let type: String
    /// The id of the author; of several the first.
    public let attributedTo: String?
    /// HTML, as it came.
    public let content: String?
    /// The title.
    public let name: String?
    /// The content warning, or an article's summary, as it came.
    public let summary: String?
    /// Whether it is to be hidden at first.
    public let sensitive: Bool
    /// The id of what it answers.
    public let inReplyTo: String?
    /// The ids of those it is addressed to.
    public let to: [String]
    /// The ids of those who get a copy.
    public let cc: [String]
    /// When it was published, in milliseconds since 1970.
    public let published: Int64?
    /// When it was last edited, in milliseconds since 1970.
    public let updated: Int64?
    /// The accounts and hashtags that it refers to.
    public let tags: [Tag]
    /// The page for people.
    public let url: String?
    /// The language of the content, when its language map or its `language` says so.
    public let language: String?
    /// What objects of some types have besides.
    public let parts: ObjectParts

    /// The names of its hashtags.
    public var hashtags: [String] {
        tags.compactMap { tag in
            if case .hashtag(let name) = tag { name } else { nil }
        }
    }

    /// Whether it can be shown as a post.
    public var isShown: Bool { Self.shownTypes.contains(type) }

    /// Reads a note.
    ///
    /// - Throws: `ShapeError` when the document would mean something else to a JSON-LD processor.
    public init(_ document: JSONObject) throws(ShapeError) {
        let plain = try PlainForm.of(document)
        id = plain["id"]?.string
        type = plain.types.first(where: Self.shownTypes.contains) ?? plain.types.first ?? ""
        attributedTo = plain.reference("attributedTo")
        content = plain.text("content") ?? plain.described?.text("content")
        name = plain.text("name")
        summary = plain.text("summary")
        sensitive = plain["sensitive"]?.bool ?? false
        inReplyTo = plain.reference("inReplyTo")
        to = plain.references("to", limit: Activity.maximumRecipients)
        cc = plain.references("cc", limit: Activity.maximumRecipients)
        published = plain.time("published")
        updated = plain.time("updated")
        tags = (plain["tag"]?.asList ?? []).prefix(Self.maximumTags).compactMap(Self.tag)
        url = plain.link("url")
        language = Self.language(of: plain)
        parts = ObjectParts(plain: plain)
    }

    private static func tag(_ value: JSONValue) -> Tag? {
        guard let tag = value.object else { return nil }
        switch tag.types.first {
        case "Mention": return tag["href"]?.string.map { .mention(href: $0, name: tag["name"]?.string) }
        case "Hashtag":
            guard let name = tag["name"]?.string else { return nil }
            return .hashtag(name: name.utf8.first == UInt8(ascii: "#") ? String(name.dropFirst()) : name)
        default: return nil
        }
    }

    /// The language whose text is the content; of a map with several languages, that of the same text.
    ///
    /// Friendica's map has one entry, with the text before it was laid out. Lemmy and PeerTube have an object with an
    /// `identifier` instead.
    private static func language(of note: JSONObject) -> String? {
        let named = note["language"]
        guard let map = note["contentMap"]?.object else {
            return (named?.string ?? named?.object?["identifier"]?.string).flatMap(language)
        }
        let content = note["content"]?.string
        let entry = map.members.first { content == nil || map.count == 1 || $0.value.string == content }
        return entry.flatMap { language($0.key) }
    }

    /// A tag of BCP 47; nil for `und`, which names none.
    private static func language(_ tag: String) -> String? {
        let isTag = tag.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): true
            default: false
            }
        }
        return isTag && tag != "und" && (2...35).contains(tag.utf8.count) ? tag : nil
    }
}
