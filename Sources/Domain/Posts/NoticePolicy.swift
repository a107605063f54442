/// What somebody wants to be told by people whom they hardly know.
public struct NoticePolicy: Sendable, Hashable {
    /// What becomes of a notice; the raw value is the client API's word.
    ///
    /// The later the stricter.
    public enum Answer: String, Sendable, CaseIterable, Comparable {
        /// It is told.
        case accept
        /// It is kept aside until its reader has decided on who it is from.
        case filter
        /// It is not kept at all.
        case drop

        /// Orders by strictness.
        public static func < (left: Answer, right: Answer) -> Bool { left.order < right.order }

        private var order: Int {
            switch self {
            case .accept: 0
            case .filter: 1
            case .drop: 2
            }
        }
    }

    /// Why a notice may not be wanted; the raw value is the client API's word.
    public enum Cause: String, Sendable, CaseIterable {
        case notFollowing = "not_following"
        case notFollowers = "not_followers"
        case newAccounts = "new_accounts"
        case privateMentions = "private_mentions"
        case limitedAccounts = "limited_accounts"
    }

    /// How long an account counts as new.
    public static let newness = Span.days(30)
    /// How long a follower has to follow until they count as one.
    public static let trial = Span.days(3)

    /// Of those whom the reader does not follow.
    public var notFollowing: Answer
    /// Of those who do not follow the reader, or only for a few days.
    public var notFollowers: Answer
    /// Of accounts that are new here, and not followed.
    public var newAccounts: Answer
    /// What mentions in private, unasked, by those who are not followed.
    public var privateMentions: Answer
    /// Of accounts that a moderator has limited, and that are not followed.
    public var limitedAccounts: Answer

    /// Puts a policy together; the standard tells everything but what limited accounts do.
    public init(
        notFollowing: Answer = .accept,
        notFollowers: Answer = .accept,
        newAccounts: Answer = .accept,
        privateMentions: Answer = .accept,
        limitedAccounts: Answer = .drop
    ) {
        self.notFollowing = notFollowing
        self.notFollowers = notFollowers
        self.newAccounts = newAccounts
        self.privateMentions = privateMentions
        self.limitedAccounts = limitedAccounts
    }
    /// What becomes of a notice for one cause.
    public subscript(cause: Cause) -> Answer {
        get {
            switch cause {
            case .notFollowing: notFollowing
            case .notFollowers: notFollowers
            case .newAccounts: newAccounts
            case .privateMentions: privateMentions
            case .limitedAccounts: limitedAccounts
            }
        }
        set {
            switch cause {
            case .notFollowing: notFollowing = newValue
            case .notFollowers: notFollowers = newValue
            case .newAccounts: newAccounts = newValue
            case .privateMentions: privateMentions = newValue
            case .limitedAccounts: limitedAccounts = newValue
            }
        }
    }
}
