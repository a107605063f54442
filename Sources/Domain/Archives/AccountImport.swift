/// An archive or a table that somebody brings along, and how far its import is.
public struct AccountImport: Sendable, Hashable {
    /// The type of an import's id.
    public typealias ID = Domain.ID<AccountImport>

    /// What the file is.
    public enum Kind: String, Sendable, CaseIterable {
        /// An archive of ours or of Mastodon's: posts, pictures, and tables if it has some.
        case archive
        /// A table of accounts to follow.
        case follows
        /// A table of accounts to block.
        case blocks
        /// A table of accounts to mute.
        case mutes
        /// A table of lists and their members.
        case lists
        /// A table of posts to bookmark.
        case bookmarks
        /// A table of hashtags to follow.
        case hashtags
    }

    /// How far it is.
    public enum State: String, Sendable, CaseIterable {
        /// The file is still to be read; whoever reads it holds it until a time, and after a crash another goes on.
        case waiting
        /// The file is read; what takes time is done row by row (`ImportRow`).
        case working
        /// Everything is done or refused.
        case finished
        /// The file could not be read at all.
        case failed
    }

    /// How long what came of it is shown.
    public static let kept = Span.days(30)

    /// The row's id.
    public let id: ID
    /// Whose.
    public let account: Account.ID
    /// What the file is.
    public let kind: Kind
    /// How far it is.
    public var state: State
    /// The file, by the SHA-256 of its bytes in hexadecimal, until it is read.
    public var file: String?
    /// How many posts and rows were taken.
    public var added: Int
    /// How many were left out, since they are there already or are of a kind that is not imported.
    public var passed: Int
    /// How many were refused.
    public var refused: Int
    /// Why it failed.
    public var problem: String?
    /// When it was asked for.
    public let createdAt: Timestamp
    /// Until when somebody who reads it holds it.
    public var until: Timestamp

    /// Puts it together.
    public init(
        id: ID,
        account: Account.ID,
        kind: Kind,
        state: State = .waiting,
        file: String?,
        added: Int = 0,
        passed: Int = 0,
        refused: Int = 0,
        problem: String? = nil,
        createdAt: Timestamp,
        until: Timestamp
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.state = state
        self.file = file
        self.added = added
        self.passed = passed
        self.refused = refused
        self.problem = problem
        self.createdAt = createdAt
        self.until = until
    }

    /// Whether it is over.
    public var isOver: Bool { state == .finished || state == .failed }
}

/// One row of an import that is still to be done: somebody to follow, a post to bookmark.
///
/// Each is due at its own time, so that other servers are asked one by one.
public struct ImportRow: Sendable, Hashable {
    /// The type of a row's id.
    public typealias ID = Domain.ID<ImportRow>

    /// The longest subject or detail, in bytes.
    public static let longest = 2_048

    /// The row's id.
    public let id: ID
    /// What it belongs to.
    public let `import`: AccountImport.ID
    /// What is to be done; never `archive`.
    public let kind: AccountImport.Kind
    /// With whom or what: a handle, an address, a hashtag.
    public let subject: String
    /// A list's title; of a follow or mute words for what differs from the usual.
    public let detail: String
    /// How often it was tried without an answer.
    public var tries: Int
    /// When it is to be tried.
    public var dueAt: Timestamp

    /// Puts it together.
    public init(
        id: ID,
        import: AccountImport.ID,
        kind: AccountImport.Kind,
        subject: String,
        detail: String = "",
        tries: Int = 0,
        dueAt: Timestamp
    ) {
        self.id = id
        self.import = `import`
        self.kind = kind
        self.subject = subject
        self.detail = detail
        self.tries = tries
        self.dueAt = dueAt
    }
}

/// Something of an import that was not taken, and why.
public struct ImportRefusal: Sendable, Hashable {
    /// The type of a refusal's id.
    public typealias ID = Domain.ID<ImportRefusal>

    /// The row's id.
    public let id: ID
    /// What it belongs to.
    public let `import`: AccountImport.ID
    /// What was not taken: an address, a handle, or where it stands; at most 300 bytes.
    public let item: String
    /// Why, in a sentence for its owner; at most 300 bytes.
    public let reason: String

    /// Puts it together.
    ///
    /// Both texts may repeat what strangers wrote: they are cut, and what moves a terminal's cursor becomes a space.
    public init(id: ID, import: AccountImport.ID, item: String, reason: String) {
        self.id = id
        self.import = `import`
        self.item = Self.clean(item)
        self.reason = Self.clean(reason)
    }

    private static func clean(_ text: String) -> String {
        let isCut = text.utf8.count > 300
        let scalars = String(decoding: text.utf8.prefix(isCut ? 297 : 300), as: UTF8.self).unicodeScalars.map
        {
            $0.properties.generalCategory == .control ? " " : $0
        }
        return String(String.UnicodeScalarView(scalars)) + (isCut ? "..." : "")
    }
}
