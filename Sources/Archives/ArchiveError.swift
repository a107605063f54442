/// Why an archive was not written, or not taken at all.
public enum ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file is neither a ZIP nor a tar archive.
    case noArchive
    /// It breaks off, is encrypted, or is damaged.
    case unreadable
    /// The file has more bytes than may be sent.
    case tooLarge(limit: Int)
    /// It unpacks to more than it may.
    case tooMuchInside(limit: Int)
    /// It has more entries than may be.
    case tooManyEntries(limit: Int)
    /// It has no `outbox.json` and no table.
    case nothingKnown
    /// Its `actor.json` or `outbox.json` is not what it should be.
    case badDocument(name: String, reason: String)
    /// Another export or import of the account is not finished yet.
    case underWay
    /// The account had an export made less than a day ago.
    case exportedLately
    /// There is no room for it.
    case diskFull

    /// The text for the person who asked.
    public var description: String {
        switch self {
        case .noArchive: "the file is neither a ZIP nor a tar archive"
        case .unreadable: "the archive is damaged, encrypted, or breaks off"
        case .tooLarge(let limit): "the file is larger than \(limit / 1_048_576) MiB"
        case .tooMuchInside(let limit):
            "the archive unpacks to more than \(limit / 1_048_576) MiB; nothing of it was taken"
        case .tooManyEntries(let limit): "the archive has more than \(limit) entries; nothing of it was taken"
        case .nothingKnown: "the archive has neither an outbox.json nor a table that is known here"
        case .badDocument(let name, let reason): "\(name) cannot be read: \(reason)"
        case .underWay: "wait until the last one is finished"
        case .exportedLately: "you can have an archive made once a day; the last one is still there"
        case .diskFull: "there is no room for it just now; try again later"
        }
    }
}
