/// What is known of a viewer and a post when it is asked whether the one may see the other.
public struct Sight: Sendable, Hashable {
    /// Whom the post is for.
    public var audience: Audience
    /// The post was deleted.
    public var isDeleted = false
    /// It stays on this instance.
    public var isLocalOnly = false
    /// The viewer is no account of this instance: another server, or nobody we know.
    public var isOutsider = false
    /// The viewer wrote it.
    public var isAuthor = false
    /// The viewer is named in its to or cc.
    public var isAddressed = false
    /// The viewer follows the author and was accepted.
    public var isFollower = false
    /// The author blocks the viewer.
    public var isBlocked = false
    /// The viewer blocks the author.
    public var isBlocking = false
    /// The viewer belongs to the author's own school.
    public var isOfAuthorsSchool = false
    /// The viewer's school (or server) and the author's are approved partners.
    public var isOfPartner = false
    /// The viewer's school exchanges activities with the author's host; a school of this instance with itself always does.
    public var isHostAllowed = true
    /// The author's account is suspended or gone.
    public var isAuthorInactive = false

    /// Starts from the audience; everything else is set where it differs.
    public init(audience: Audience) {
        self.audience = audience
    }
}

/// Decides whether a viewer may see a post: the one rule that every surface uses.
///
/// Storage holds the same rule as one SQL fragment (`VisibilitySQL`); a test compares the two over every
/// combination of facts.
public func canSee(_ sight: Sight) -> Bool {
    if sight.isDeleted || sight.isAuthorInactive { return false }
    if sight.isLocalOnly && sight.isOutsider { return false }
    if sight.isAuthor { return true }
    if !sight.isHostAllowed || sight.isBlocked || sight.isBlocking { return false }
    if sight.isAddressed { return true }
    return switch sight.audience {
    case .public, .unlisted: true
    case .school: sight.isOfAuthorsSchool
    case .partners: sight.isOfAuthorsSchool || sight.isOfPartner
    case .followers: sight.isFollower
    case .direct: false
    }
}
