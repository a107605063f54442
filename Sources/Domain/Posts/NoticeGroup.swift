/// Notices that are told as one: who liked a post, who boosted it, who followed on a day.
public struct NoticeGroup: Sendable, Hashable {
    /// What the notices of a group have in common.
    public enum Key: Sendable, Hashable, CustomStringConvertible {
        /// One notice by itself.
        case single(Notice.ID)
        /// Likes or boosts of one post.
        case post(Notice.Kind, Post.ID)
        /// Follows of one day.
        case follows(CalendarDay)

        /// Reads the form that apps get; nil for what is none.
        public init?(_ text: String) {
            guard let dash = text.lastIndex(of: "-") else { return nil }
            let (word, rest) = (text[..<dash], text[text.index(after: dash)...])
            switch word {
            case "ungrouped":
                guard let id = Notice.ID(rest) else { return nil }
                self = .single(id)
            case "follow":
                guard let day = Notice.ID(rest), day.rawValue < 1 << 32 else { return nil }
                self = .follows(CalendarDay(number: day.rawValue))
            default:
                guard let kind = Notice.Kind(rawValue: String(word)), kind == .like || kind == .boost,
                    let post = Post.ID(rest)
                else { return nil }
                self = .post(kind, post)
            }
        }

        /// The form that apps get.
        public var description: String {
            switch self {
            case .single(let id): "ungrouped-\(id)"
            case .post(let kind, let post): "\(kind.rawValue)-\(post)"
            case .follows(let day): "follow-\(day.number)"
            }
        }
    }

    /// What the notices have in common.
    public let key: Key
    /// The newest of them.
    public let newest: Notice
    /// The oldest of them.
    public let oldest: Notice.ID
    /// How many there are.
    public let count: Int
    /// Who the newest are from, each once, the newest first.
    public let from: [Account.ID]

    /// Puts a group together.
    public init(key: Key, newest: Notice, oldest: Notice.ID, count: Int, from: [Account.ID]) {
        self.key = key
        self.newest = newest
        self.oldest = oldest
        self.count = count
        self.from = from
    }
}

extension Notice {
    /// The kinds of which many are told as one.
    public static let groupable: Set<Kind> = [.like, .boost, .follow]

    /// The group that a notice belongs to, when its kind is among those that are grouped.
    public func group(of kinds: Set<Kind> = Notice.groupable) -> NoticeGroup.Key {
        guard kinds.contains(kind), Self.groupable.contains(kind) else { return .single(id) }
        if kind == .follow { return .follows(CalendarDay(of: createdAt)) }
        return post.map { .post(kind, $0) } ?? .single(id)
    }
}
