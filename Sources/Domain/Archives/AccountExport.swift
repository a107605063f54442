/// An archive of everything of an account's, made when its owner asks.
public struct AccountExport: Sendable, Hashable {
    /// The type of an export's id.
    public typealias ID = Domain.ID<AccountExport>

    /// How far it is.
    public enum State: String, Sendable, CaseIterable {
        /// Asked for, or being made: whoever makes it holds it until a time, and after a crash another begins anew.
        case waiting
        /// The file is there.
        case ready
        /// It could not be made.
        case failed
    }

    /// How long the file is kept.
    public static let kept = Span.days(7)
    /// How long an account waits between two of them.
    public static let interval = Span.days(1)

    /// The row's id.
    public let id: ID
    /// Whose.
    public let account: Account.ID
    /// How far it is.
    public var state: State
    /// The file, by the SHA-256 of its bytes in hexadecimal, when it is ready.
    public var file: String?
    /// The file's bytes.
    public var size: Int64?
    /// When it was asked for.
    public let createdAt: Timestamp
    /// Until when somebody who makes it holds it; when it is done, until when it is kept.
    public var until: Timestamp

    /// Puts it together.
    public init(
        id: ID,
        account: Account.ID,
        state: State = .waiting,
        file: String? = nil,
        size: Int64? = nil,
        createdAt: Timestamp,
        until: Timestamp
    ) {
        self.id = id
        self.account = account
        self.state = state
        self.file = file
        self.size = size
        self.createdAt = createdAt
        self.until = until
    }
}
