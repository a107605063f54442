/// A case: what somebody told a school's moderators of an account, and what came of it.
///
/// Only those who read reports see it; the reported account is never told who reported it, nor that it was.
public struct Report: Sendable, Hashable {
    /// The type of a report's id.
    public typealias ID = Domain.ID<Report>

    /// The longest comment of our own people, in characters.
    public static let longestComment = 1_000
    /// How much of a peer's comment is kept, in characters.
    public static let longestForeignComment = 2_000
    /// The longest note of a moderator, in characters.
    public static let longestNote = 2_000
    /// The most posts that one report names.
    public static let mostPosts = 20

    /// What it is about; the raw value is the client API's word.
    public enum Category: String, Sendable, CaseIterable {
        case spam
        case legal
        case violation
        case other
    }

    /// How far a case has come.
    public enum State: String, Sendable, CaseIterable {
        /// Nobody looks after it. Moved on by assigning or resolving it.
        case open
        /// A moderator looks after it. Moved on by giving it back or resolving it.
        case assigned
        /// It was closed with an outcome. Moved on by opening it again.
        case resolved
    }

    /// What came of a case.
    public enum Outcome: String, Sendable, CaseIterable {
        /// Nothing was to be done.
        case dismissed
        /// The moderators have spoken with the account.
        case warned
        /// The account was limited.
        case limited
        /// The account was suspended.
        case suspended
    }

    /// The row's id.
    public let id: ID
    /// Whose moderators look after it.
    public let school: School.ID
    /// Who reported: one of ours, or a peer's account.
    public let reporter: Account.ID
    /// The server it came from; nil for one of our own people.
    public let host: Host?
    /// The Flag activity's id, for one that came from a peer.
    public let uri: URI?
    /// Whom it is about.
    public let reported: Account.ID
    /// What it is about.
    public let category: Category
    /// What the reporter wrote: plain text, may be empty.
    public let comment: String
    /// Whether the reported account's server was told.
    public let isForwarded: Bool
    /// How far it has come.
    public var state: State
    /// Who looks after it, or closed it.
    public var assignee: Account.ID?
    /// What came of it; nil until it is resolved.
    public var outcome: Outcome?
    /// When it was made.
    public let createdAt: Timestamp
    /// When something was last done about it.
    public var changedAt: Timestamp

    /// Opens a case.
    public init(
        id: ID,
        school: School.ID,
        reporter: Account.ID,
        host: Host? = nil,
        uri: URI? = nil,
        reported: Account.ID,
        category: Category = .other,
        comment: String,
        isForwarded: Bool = false,
        state: State = .open,
        assignee: Account.ID? = nil,
        outcome: Outcome? = nil,
        createdAt: Timestamp,
        changedAt: Timestamp? = nil
    ) {
        self.id = id
        self.school = school
        self.reporter = reporter
        self.host = host
        self.uri = uri
        self.reported = reported
        self.category = category
        self.comment = comment
        self.isForwarded = isForwarded
        self.state = state
        self.assignee = assignee
        self.outcome = outcome
        self.createdAt = createdAt
        self.changedAt = changedAt ?? createdAt
    }

    /// What a moderator wrote into a case, for the other moderators.
    public struct Note: Sendable, Hashable {
        /// The row's id.
        public let id: Domain.ID<Note>
        /// The case.
        public let report: Report.ID
        /// Who wrote it: a handle, or `command line`.
        public let by: String
        /// Plain text.
        public let text: String
        /// When.
        public let createdAt: Timestamp

        /// Puts a note together.
        public init(id: Domain.ID<Note>, report: Report.ID, by: String, text: String, createdAt: Timestamp) {
            self.id = id
            self.report = report
            self.by = by
            self.text = text
            self.createdAt = createdAt
        }
    }
}

/// How many reports are taken; what comes beyond is not kept.
public enum ReportLimits {
    /// Of one account, ours or a peer's, in an hour.
    public static let byAccountAnHour = 20
    /// Of one server, in a day.
    public static let byHostADay = 200
    /// How many of our accounts one Flag is about at most.
    public static let accountsOfOne = 5
}
