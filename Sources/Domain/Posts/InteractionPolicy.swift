/// Who may answer a post, or boost it: its author chooses.
///
/// Its author always may. A policy never shows a post to anybody: who may see it is asked first.
public enum InteractionPolicy: String, Codable, Sendable, CaseIterable {
    /// Everybody who may see it.
    case everyone
    /// The author's followers, and those whom it mentions.
    case followers
    /// Those whom it mentions.
    case mentioned
    /// Its author alone.
    case nobody

    /// What somebody is to a post and its author.
    public struct Standing: Sendable, Hashable {
        /// They wrote it.
        public var isAuthor: Bool
        /// They follow the author and were accepted.
        public var isFollower: Bool
        /// It mentions them.
        public var isMentioned: Bool

        /// Puts the facts together.
        public init(isAuthor: Bool = false, isFollower: Bool = false, isMentioned: Bool = false) {
            self.isAuthor = isAuthor
            self.isFollower = isFollower
            self.isMentioned = isMentioned
        }
    }

    /// Whether somebody may who sees the post.
    public func allows(_ standing: Standing) -> Bool {
        if standing.isAuthor { return true }
        return switch self {
        case .everyone: true
        case .followers: standing.isFollower || standing.isMentioned
        case .mentioned: standing.isMentioned
        case .nobody: false
        }
    }
}

/// What a post's author can keep others from.
public enum Interaction: Sendable, CaseIterable {
    /// To answer it.
    case reply
    /// To boost it.
    case boost
}

extension Post {
    /// Who may do something with it.
    public func policy(for interaction: Interaction) -> InteractionPolicy {
        switch interaction {
        case .reply: replyPolicy
        case .boost: boostPolicy
        }
    }
}
