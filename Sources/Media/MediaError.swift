/// Why an upload was not taken.
public enum MediaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It is of no kind that is taken, whatever its name says.
    case unknownFormat
    /// It has more bytes than may be.
    case tooManyBytes(limit: Int)
    /// It has more pixels, over all its frames, than may be.
    case tooManyPixels(limit: Int)
    /// It has more frames than may be.
    case tooManyFrames(limit: Int)
    /// It cannot be read as what it says it is.
    case damaged
    /// The account has as much as it may have that no post uses.
    case tooManyUnused
    /// The disk has no room but for what is more important.
    case diskFull
    /// Too many pictures are being worked on.
    case busy
    /// Pictures cannot be worked on: the reason is for operators.
    case unavailable(reason: String)

    /// The text for whoever uploaded.
    public var description: String {
        switch self {
        case .unknownFormat: "This kind of file is not taken: send a picture, a film or a recording"
        case .tooManyBytes(let limit): "The file is larger than \(limit / 1_048_576) MiB"
        case .tooManyPixels(let limit): "The picture has more than \(limit / 1_000_000) million pixels"
        case .tooManyFrames(let limit): "The picture has more than \(limit) frames"
        case .damaged: "The picture cannot be read"
        case .tooManyUnused: "You have uploaded much that no post uses; post it, or try again tomorrow"
        case .diskFull: "There is no room for files just now; try again later"
        case .busy: "Too many pictures are being worked on; try again"
        case .unavailable: "Pictures cannot be taken just now"
        }
    }

    /// Whether the same upload may be taken later.
    public var isTransient: Bool {
        switch self {
        case .diskFull, .busy, .unavailable: true
        default: false
        }
    }
}
