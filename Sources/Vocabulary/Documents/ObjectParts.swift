/// What objects of some types have besides what a note has.
public struct ObjectParts: Sendable {
    /// A custom emoji: its name as it was written, and its picture.
    public struct Emoji: Sendable, Hashable {
        /// With or without colons.
        public let name: String
        /// The picture.
        public let icon: String
    }

    /// All authors: of a film of PeerTube the person and the channel.
    public let authors: [String]
    /// Its own addresses: the page, and the files of a film or recording.
    public let links: [ObjectLink]
    /// What is attached.
    public let attachments: [MediaObject]
    /// Pictures that stand for it, the best first: `image` before `icon` before `preview`, and the widest of a list.
    public let pictures: [MediaObject]
    /// The text as its author typed it.
    public let source: (text: String, mediaType: String)?
    /// The media type of `content`; HTML when it says nothing.
    public let contentType: String
    /// The conversation it belongs to, by whatever name.
    public let conversation: String?
    /// The object that it quotes.
    public let quotes: String?
    /// Custom emoji.
    public let emojis: [Emoji]
    /// What a poll has: nil when there are no answers.
    public let poll: PollObject?
    /// When and where an event takes place.
    public let event: EventObject
    /// What a review says of a book.
    public let review: ReviewObject?
    /// Who may answer and boost it.
    public let policy: InteractionPolicyObject
    /// What is named as the quoted author's approval.
    public let quoteAuthorization: String?
    /// What it is about in professional learning.
    public let learning: LearningObject?

    /// Reads them of a document in plain form.
    init(plain: JSONObject) {
        authors = plain.references("attributedTo", limit: ObjectLimits.authors)
        // Castopod's episodes have their recording apart.
        links = ObjectLink.read(plain["url"]) + ObjectLink.read(plain.object("audio")?["url"])
        attachments = (plain["attachment"]?.asList ?? []).prefix(ObjectLimits.attachments).compactMap(
            MediaObject.init
        )
        pictures = ["image", "icon", "preview"].flatMap { Self.pictures(plain[$0]) }
        source = Self.source(plain["source"])
        contentType = plain.mediaType ?? plain.described?.mediaType ?? "text/html"
        conversation = plain.reference("context") ?? plain.reference("conversation")
        quotes = Self.quoted(plain)
        quoteAuthorization = plain.reference("quoteAuthorization")
        emojis = Array(
            (plain["tag"]?.asList ?? []).prefix(ObjectLimits.tags).compactMap(Self.emoji)
                .prefix(ObjectLimits.emojis)
        )
        poll = PollObject(plain: plain)
        event = EventObject(plain: plain)
        review = ReviewObject(plain: plain)
        policy = InteractionPolicyObject(plain["interactionPolicy"])
        learning = LearningObject(plain["learning"])
    }

    private static func pictures(_ value: JSONValue?) -> [MediaObject] {
        (value?.asList ?? []).prefix(ObjectLimits.attachments).compactMap(MediaObject.init)
            .sorted { ($0.link.width ?? 0) > ($1.link.width ?? 0) }
    }

    /// Of Pleroma it is an object with `content`, or a text.
    private static func source(_ value: JSONValue?) -> (text: String, mediaType: String)? {
        if let text = value?.string { return (text, "text/plain") }
        guard let object = value?.object, let text = object["content"]?.string else { return nil }
        return (text, object.mediaType ?? "text/plain")
    }

    /// FEP-044f's `quote`, the older names for the same, and the object links of FEP-e232 that say they are quotes.
    private static func quoted(_ plain: JSONObject) -> String? {
        for term in ["quote", "quoteUri", "quoteUrl", "_misskey_quote"] {
            if let uri = plain.reference(term) { return uri }
        }
        for value in (plain["tag"]?.asList ?? []).prefix(ObjectLimits.tags) {
            guard let link = value.object, link.types.first == "Link", let href = link["href"]?.string,
                let type = link.mediaType,
                type == "application/activity+json" || type == "application/ld+json"
            else { continue }
            let relations = (link["rel"]?.asList ?? []).compactMap(\.string)
            let isQuote = relations.contains { $0.hasSuffix("_misskey_quote") || $0.hasSuffix("#quote") }
            if isQuote || link["name"]?.string?.hasPrefix("RE:") ?? false { return href }
        }
        return nil
    }

    private static func emoji(_ value: JSONValue) -> Emoji? {
        guard let tag = value.object, tag.types.first == "Emoji", let name = tag["name"]?.string,
            let icon = ObjectLink.read(tag["icon"]).first?.href
        else { return nil }
        return Emoji(name: name, icon: icon)
    }
}

extension JSONObject {
    /// Castopod's episodes have their text in an object of its own.
    var described: JSONObject? { self["content"] == nil ? object("description") : nil }
}
