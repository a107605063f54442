/// Something to fetch in the background, on behalf of a school: nobody waits for it.
public struct Errand: Sendable, Hashable {
    /// What is fetched; the raw value is stored.
    public enum Kind: String, Sendable, CaseIterable {
        /// A post that another one answers, and what that answers, and so on.
        case parent
        /// What answers a post.
        case replies
        /// The last public posts of an account.
        case outbox
        /// The posts that an account has pinned.
        case featured
    }

    /// What is fetched.
    public let kind: Kind
    /// The post's id, or the account's.
    public let uri: URI
    /// Who asks.
    public let school: School.ID
    /// How often it was begun, this time counted.
    public let attempts: Int

    /// Puts an errand together.
    public init(_ kind: Kind, _ uri: URI, for school: School.ID, attempts: Int = 0) {
        self.kind = kind
        self.uri = uri
        self.school = school
        self.attempts = attempts
    }
}
