import Domain

/// How large uploads may be.
public struct MediaLimits: Sendable, Hashable {
    /// The bytes of a picture.
    public var imageBytes = 16 * 1_048_576
    /// The bytes of a film or a recording.
    public var filmBytes = 99 * 1_048_576
    /// The pixels of a picture, over all its frames, before it is decoded.
    public var pixels = 100_000_000
    /// The frames of a moving picture.
    public var frames = 500
    /// The longer side of a picture that is kept; a larger one is made smaller.
    public var side = 3_840
    /// The longer side of a preview.
    public var previewSide = 640
    /// The bytes that an account may have uploaded without using them.
    public var unusedBytes: Int64 = 512 * 1_048_576
    /// How many uploads an account may have that no post uses.
    public var unusedCount = 100
    /// How many bytes of the disk are left for the database.
    public var reservedBytes: Int64 = 512 * 1_048_576
    /// How many pictures are worked on at the same time.
    public var workers = 2
    /// How many may wait for that.
    public var waiting = 32
    /// How many seconds of the processor one step on a picture may take.
    public var seconds = 20
    /// How many bytes of memory one step may have.
    public var memory = 2_147_483_648

    /// Makes the limits with their defaults.
    public init() {}

    /// The most bytes of any upload.
    public var bytes: Int { max(imageBytes, filmBytes) }

    /// The most bytes of an upload of a kind.
    func bytes(of kind: Post.Attachment.Kind) -> Int { kind == .image ? imageBytes : filmBytes }
}
