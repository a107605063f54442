/// An activity: who did what to what, and for whom.
///
/// Spec: Activity Vocabulary section 2.1.
///
/// Only its shape is checked here; whether the actor may is decided by whoever acts upon it.
public struct Activity: Sendable {
    /// The most recipients of a list that are read.
    public static let maximumRecipients = ObjectLimits.recipients

    /// The most emoji that are looked at.
    public static let maximumEmojis = 10

    /// The most objects that are read.
    public static let maximumObjects = 100

    /// A picture that the text refers to by its name.
    public struct Emoji: Sendable, Hashable {
        /// Its name, as it was written.
        public let name: String
        /// Where the picture is.
        public let image: String
    }

    /// What the activity is about.
    public struct Object: Sendable {
        /// Its id, whether it is referred to or embedded.
        public let id: String?
        /// The object itself, when it is embedded.
        public let embedded: JSONObject?
    }

    /// Its id; nil when it has none.
    public let id: String?
    /// Its verb.
    public let type: ActivityType
    /// The id of its actor.
    public let actor: String?
    /// What it is about.
    public let object: Object
    /// The ids of everything that it is about: a report names an account and its posts.
    public let objects: [String]
    /// What it is done with: the post that quotes, of a QuoteRequest.
    public let instrument: Object
    /// The id of what came of it: the approval, of an Accept.
    public let result: String?
    /// The id of the collection that an Add or Remove changes.
    public let target: String?
    /// Its own text, as it came: the emoji of a reaction, the comment of a report.
    public let content: String?
    /// Its own summary: the comment of a report, as Lemmy writes it.
    public let summary: String?
    /// The emoji of a Like, as Misskey writes it.
    public let misskeyReaction: String?
    /// The pictures that its text names.
    public let emojis: [Emoji]
    /// The ids of those it is addressed to.
    public let to: [String]
    /// The ids of those who get a copy.
    public let cc: [String]
    /// When, in milliseconds since 1970; nil when it does not say or the time makes no sense.
    public let published: Int64?

    /// Reads an activity.
    ///
    /// - Throws: `ShapeError` when the document would mean something else to a JSON-LD processor.
    public init(_ document: JSONObject) throws(ShapeError) {
        let plain = try PlainForm.of(document)
        id = plain["id"]?.string
        type = ActivityType(plain.types)
        actor = plain.reference("actor")
        object = Object(id: plain.reference("object"), embedded: plain["object"]?.embedded)
        objects = plain.references("object", limit: Self.maximumObjects)
        instrument = Object(
            id: plain.reference("instrument"),
            embedded: plain["instrument"]?.embedded
        )
        result = plain.reference("result")
        target = plain.reference("target")
        content = plain.text("content")
        summary = plain.text("summary")
        misskeyReaction = plain["_misskey_reaction"]?.string
        emojis = (plain["tag"]?.asList ?? []).prefix(Self.maximumEmojis).compactMap(Self.emoji)
        to = plain.references("to", limit: Self.maximumRecipients)
        cc = plain.references("cc", limit: Self.maximumRecipients)
        published = plain.time("published")
    }

    private static func emoji(_ value: JSONValue) -> Emoji? {
        guard let tag = value.object, tag.types.contains("Emoji"), let name = tag["name"]?.string,
            let image = tag.object("icon")?.link("url") ?? tag.link("icon")
        else { return nil }
        return Emoji(name: name, image: image)
    }
}
