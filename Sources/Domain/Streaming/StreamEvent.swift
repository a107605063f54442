/// Something that has happened and that open streams may show.
///
/// It says only what to look at; what a reader gets of it is asked when it is shown.
public struct StreamEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: String, Sendable, CaseIterable {
        /// A post has arrived in timelines.
        case post
        /// A post was boosted into timelines; the subject is the reaction.
        case boost
        /// A post was edited.
        case edit
        /// A post was deleted: for all who might see it or, with an account, for one whom it addressed.
        case removal
        /// An account is told something; the subject is the notice.
        case notice
        /// An account has changed its filters.
        case filters
    }

    /// Its number: of two events of one process the later has the greater one.
    public let number: Int64
    /// What happened.
    public let kind: Kind
    /// The post.
    public let post: Post.ID?
    /// The id of the reaction or the notice.
    public let subject: Int64?
    /// Whom alone it concerns; nil for everybody.
    public let account: Account.ID?

    /// Puts an event together.
    public init(number: Int64, kind: Kind, post: Post.ID?, subject: Int64?, account: Account.ID?) {
        self.number = number
        self.kind = kind
        self.post = post
        self.subject = subject
        self.account = account
    }
}
