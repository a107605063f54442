/// Whom a post is for; its author chooses one.
public enum Audience: String, Codable, Sendable, CaseIterable {
    /// Everybody, and in public feeds.
    case `public`
    /// Everybody who comes across it; not in public feeds.
    case unlisted
    /// Accounts of the author's own school; never leaves the instance.
    case school
    /// Accounts of the author's school and of its approved partners.
    case partners
    /// Accepted followers.
    case followers
    /// Only the accounts it is addressed to.
    case direct

    /// Whether anybody may see it, signed in or not.
    public var isForEverybody: Bool { self == .public || self == .unlisted }
}
