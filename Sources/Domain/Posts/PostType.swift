/// What kind of thing a post is, by its name on the wire.
///
/// Spec: Activity Vocabulary section 3.3. Notes, articles and questions are ours; the others are peers', and are shown
/// by title, summary, link and preview.
public enum PostType: Sendable, Hashable {
    /// A short text.
    case note
    /// A long text with a title.
    case article
    /// A poll.
    case question
    /// A web page: a link with a title, such as a thread of a forum.
    case page
    /// A picture with a page of its own.
    case image
    /// A recording.
    case audio
    /// A film.
    case video
    /// Something that takes place.
    case event
    /// A file, or anything that has a page.
    case document
    /// One recording of a podcast.
    case podcastEpisode
    /// Anything else, by its own name: of at most 64 bytes.
    case other(String)

    /// The longest name of another type, in bytes.
    public static let longestName = 64

    /// Every type that has a name here.
    public static let allKnown: [PostType] = [
        .note, .article, .question, .page, .image, .audio, .video, .event, .document, .podcastEpisode,
    ]
    private static let known = Dictionary(uniqueKeysWithValues: allKnown.map { ($0.rawValue, $0) })

    /// Whether it is none of those that have a name here.
    public var isOther: Bool {
        if case .other = self { true } else { false }
    }
}

extension PostType: RawRepresentable {
    /// Reads a name from the wire or the database; one that is not known, cut to 64 bytes, is `other`.
    public init(rawValue name: String) {
        self = Self.known[name] ?? .other(String(decoding: name.utf8.prefix(Self.longestName), as: UTF8.self))
    }

    /// The name on the wire.
    public var rawValue: String {
        switch self {
        case .note: "Note"
        case .article: "Article"
        case .question: "Question"
        case .page: "Page"
        case .image: "Image"
        case .audio: "Audio"
        case .video: "Video"
        case .event: "Event"
        case .document: "Document"
        case .podcastEpisode: "PodcastEpisode"
        case .other(let name): name
        }
    }
}
