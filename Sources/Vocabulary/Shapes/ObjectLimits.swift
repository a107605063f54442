/// How much of one object is looked at; what lies beyond is left out, never refused.
///
/// A document is at most 1 MiB long when it arrives; these bound the work that is done for one.
public enum ObjectLimits {
    /// Entries of `to`, `cc` and the like.
    public static let recipients = 1_000
    /// Entries of `tag`.
    public static let tags = 1_000
    /// Of those, people who are mentioned or addressed and looked for here.
    public static let people = 100
    /// Custom emoji.
    public static let emojis = 50
    /// Hashtags.
    public static let hashtags = 100
    /// Authors in `attributedTo`.
    public static let authors = 8
    /// Entries of `attachment` that are looked at.
    public static let attachments = 32
    /// Of those, what is kept.
    public static let attachmentsKept = 16
    /// Entries of `url` and of the lists inside it, together.
    public static let links = 128
    /// Answers of a poll.
    public static let options = 20
    /// Votes for one answer of a poll, and people who voted.
    public static let votes: Int64 = 1_000_000_000
    /// An answer of a poll as it is written on the wire, in bytes.
    public static let optionBytes = 2_048
    /// A title, in characters.
    public static let title = 300
    /// A summary, in characters.
    public static let summary = 500
    /// The description of a picture, in characters.
    public static let description = 1_500
    /// An answer of a poll, or a place, in characters.
    public static let option = 200
    /// A conversation's name, in bytes.
    public static let conversation = 2_048
    /// A blurred placeholder, in bytes.
    public static let blurhash = 128
    /// A media type, in bytes.
    public static let mediaType = 100
    /// The width or height of a picture, in pixels.
    public static let pixels: Int64 = 100_000
}
