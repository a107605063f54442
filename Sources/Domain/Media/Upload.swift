/// A picture, film or recording that a local account has uploaded, attached to a post or not yet.
public struct Upload: Sendable, Hashable {
    /// The type of an upload's id.
    public typealias ID = Domain.ID<Upload>

    /// A picture that stands for an account.
    public enum Portrait: String, Sendable, CaseIterable {
        /// Small and square, beside what it says.
        case avatar
        /// Wide, at the head of its page.
        case header
    }

    /// How many a post may have.
    public static let maximumOfPost = 4
    /// The longest description in characters.
    public static let maximumDescription = 1_500
    /// How long one that no post has is kept.
    public static let keptUnused = Span.hours(24)

    /// The row's id.
    public let id: ID
    /// Who uploaded it.
    public let account: Account.ID
    /// How it is shown.
    public let kind: Post.Attachment.Kind
    /// Its media type, found in its bytes.
    public let mediaType: String
    /// The part of its address that nobody can guess: 32 hexadecimal digits.
    public let key: String
    /// The file as it is served, by the SHA-256 of its bytes in hexadecimal.
    public let file: String
    /// A smaller picture of it (WebP), by its SHA-256.
    public let previewFile: String?
    /// The bytes of both files.
    public let size: Int64
    /// What it shows, for those who do not see it, as plain text; empty if nobody has said.
    public var description: String
    /// What to keep in view.
    public var focus: Post.Attachment.Focus?
    /// A blurred placeholder.
    public let blurhash: String?
    /// In pixels.
    public let width: Int?
    /// In pixels.
    public let height: Int?
    /// The post that it is attached to.
    public var post: Post.ID?
    /// What it is to its account.
    public var portrait: Portrait?
    /// When it was uploaded.
    public let createdAt: Timestamp

    /// Puts an upload together.
    public init(
        id: ID,
        account: Account.ID,
        kind: Post.Attachment.Kind,
        mediaType: String,
        key: String,
        file: String,
        previewFile: String? = nil,
        size: Int64,
        description: String = "",
        focus: Post.Attachment.Focus? = nil,
        blurhash: String? = nil,
        width: Int? = nil,
        height: Int? = nil,
        post: Post.ID? = nil,
        portrait: Portrait? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.mediaType = mediaType
        self.key = key
        self.file = file
        self.previewFile = previewFile
        self.size = size
        self.description = description
        self.focus = focus
        self.blurhash = blurhash
        self.width = width
        self.height = height
        self.post = post
        self.portrait = portrait
        self.createdAt = createdAt
    }

    /// The same as an attachment of a post, at the addresses of a school.
    public func attachment(at origin: Origin) -> Post.Attachment {
        let uris = LocalActorURIs(origin: origin)
        return Post.Attachment(
            kind,
            mediaType: mediaType,
            url: uris.upload(key),
            preview: previewFile == nil ? nil : uris.uploadPreview(key),
            description: description,
            focus: focus,
            blurhash: blurhash,
            width: width,
            height: height,
            upload: id
        )
    }
}
