/// A filter: words, and single posts, that an account does not want to come across unprepared.
public struct PostFilter: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<PostFilter>

    /// Where a filter holds; the raw value is the client API's word.
    public enum Context: String, Sendable, CaseIterable {
        /// The home timeline and lists.
        case home
        /// Notices.
        case notifications
        /// The school's feed and hashtags.
        case `public`
        /// A post with what it answers and what answers it.
        case thread
        /// Somebody's page.
        case account
    }

    /// What happens to a post that a filter matches.
    public enum Action: String, Sendable, CaseIterable {
        /// It is shown behind the filter's title.
        case warn
        /// It is left out.
        case hide
        /// Its media are shown blurred.
        case blur
    }

    /// Words to look for.
    public struct Keyword: Sendable, Hashable {
        /// The type of a keyword's id.
        public typealias ID = Domain.ID<Keyword>

        /// The row's id.
        public let id: ID
        /// The filter that has it.
        public let filter: PostFilter.ID
        /// As it was typed.
        public var text: String
        /// Whether it matches whole words only.
        public var isWholeWord: Bool

        /// Puts a keyword together.
        public init(id: ID, filter: PostFilter.ID, text: String, isWholeWord: Bool) {
            self.id = id
            self.filter = filter
            self.text = text
            self.isWholeWord = isWholeWord
        }
    }

    /// A single post that is filtered.
    public struct Entry: Sendable, Hashable {
        /// The type of an entry's id.
        public typealias ID = Domain.ID<Entry>

        /// The row's id.
        public let id: ID
        /// The filter that has it.
        public let filter: PostFilter.ID
        /// The post.
        public let post: Post.ID

        /// Puts an entry together.
        public init(id: ID, filter: PostFilter.ID, post: Post.ID) {
            self.id = id
            self.filter = filter
            self.post = post
        }
    }

    /// The row's id.
    public let id: ID
    /// Whose it is; nobody else knows.
    public let account: Account.ID
    /// What is shown in place of a post.
    public var title: String
    /// Where it holds; at least one.
    public var contexts: Set<Context>
    /// What happens.
    public var action: Action
    /// When it ends; nil for never.
    public var expiresAt: Timestamp?
    /// Its words.
    public var keywords: [Keyword]
    /// Its posts.
    public var entries: [Entry]

    /// Puts a filter together.
    public init(
        id: ID,
        account: Account.ID,
        title: String,
        contexts: Set<Context>,
        action: Action = .warn,
        expiresAt: Timestamp? = nil,
        keywords: [Keyword] = [],
        entries: [Entry] = []
    ) {
        self.id = id
        self.account = account
        self.title = title
        self.contexts = contexts
        self.action = action
        self.expiresAt = expiresAt
        self.keywords = keywords
        self.entries = entries
    }

    /// Whether it holds at a time.
    public func isActive(at now: Timestamp) -> Bool { expiresAt.map { $0 > now } ?? true }
}

/// A filter that matches a post, and by what.
public struct FilterMatch: Sendable, Hashable {
    /// The filter.
    public let filter: PostFilter
    /// Its keywords that the post has, as they were typed.
    public let keywords: [String]
    /// The post's id where the filter names the post itself.
    public let post: Post.ID?
}
