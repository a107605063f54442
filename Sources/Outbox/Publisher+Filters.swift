public import Domain
import Storage

/// What an account does with its filters.
///
/// An account has at most 100 filters, whose keywords have at most 10,000 bytes together, and which name 1,000 posts.
extension Publisher {
    /// When a filter ends.
    public enum FilterEnd: Sendable {
        /// As it is.
        case unchanged
        /// Never.
        case never
        /// After a while.
        case after(Span)
    }

    /// What changes of a filter's keywords.
    public struct KeywordChange: Sendable {
        /// The keyword; nil for a new one.
        public var id: PostFilter.Keyword.ID?
        /// What it is from now on; nil leaves it.
        public var text: String?
        /// Whether only whole words match; nil leaves it, and is true for a new one.
        public var isWholeWord: Bool?
        /// Whether it goes.
        public var isRemoved: Bool

        /// Puts a change together.
        public init(
            id: PostFilter.Keyword.ID? = nil,
            text: String? = nil,
            isWholeWord: Bool? = nil,
            isRemoved: Bool = false
        ) {
            self.id = id
            self.text = text
            self.isWholeWord = isWholeWord
            self.isRemoved = isRemoved
        }
    }

    /// Makes a filter.
    ///
    /// - Throws: `OutboxError.badText` for a blank or long title or keyword, or no context; `tooMany`; `StorageError`.
    public func addFilter(
        _ title: String,
        in contexts: Set<PostFilter.Context>,
        _ action: PostFilter.Action = .warn,
        ends end: FilterEnd = .never,
        keywords: [KeywordChange] = [],
        as account: Account.ID
    ) async throws -> PostFilter {
        try await changeFilters(as: account, "add-filter") { act in
            guard try act.db.filters.all(of: act.actor.id).count < 100 else {
                throw OutboxError.tooMany("filters")
            }
            let filter = PostFilter(
                id: act.ids.next(),
                account: act.actor.id,
                title: try Action.checked(filterTitle: title),
                contexts: try Action.checked(contexts),
                action: action,
                expiresAt: act.time(end, now: nil)
            )
            try act.db.filters.insert(filter)
            return try act.changed(filter, keywords)
        }
    }

    /// Changes a filter; nil leaves what it is.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func changeFilter(
        _ id: PostFilter.ID,
        title: String? = nil,
        in contexts: Set<PostFilter.Context>? = nil,
        _ action: PostFilter.Action? = nil,
        ends end: FilterEnd = .unchanged,
        keywords: [KeywordChange] = [],
        as account: Account.ID
    ) async throws -> PostFilter {
        try await changeFilters(as: account, "change-filter") { act in
            var filter = try act.ownFilter { $0.id == id }
            if let title { filter.title = try Action.checked(filterTitle: title) }
            if let contexts { filter.contexts = try Action.checked(contexts) }
            if let action { filter.action = action }
            filter.expiresAt = act.time(end, now: filter.expiresAt)
            try act.db.filters.update(filter)
            return try act.changed(filter, keywords)
        }
    }

    /// Removes a filter.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func removeFilter(_ id: PostFilter.ID, as account: Account.ID) async throws {
        try await changeFilters(as: account, "remove-filter") { act in
            try act.db.filters.remove(try act.ownFilter { $0.id == id }.id)
        }
    }

    /// Changes one keyword, wherever it is.
    ///
    /// - Returns: the filter that has it, as it is then.
    /// - Throws: `OutboxError`, `StorageError`.
    public func changeKeyword(_ change: KeywordChange, as account: Account.ID) async throws -> PostFilter {
        try await changeFilters(as: account, "change-filter") { act in
            let filter = try act.ownFilter { $0.keywords.contains { $0.id == change.id } }
            return try act.changed(filter, [change])
        }
    }

    /// Filters a single post that the account may see; one that is filtered already stays so.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func addEntry(of post: Post.ID, to id: PostFilter.ID, as account: Account.ID) async throws
        -> PostFilter.Entry
    {
        try await changeFilters(as: account, "change-filter") { act in
            let filters = try act.db.filters.all(of: act.actor.id)
            guard let filter = filters.first(where: { $0.id == id }) else {
                throw OutboxError.noSuchThing("filter")
            }
            let (post, _) = try act.visiblePost(post)
            if let known = filter.entries.first(where: { $0.post == post.id }) { return known }
            guard filters.reduce(0, { $0 + $1.entries.count }) < 1_000 else {
                throw OutboxError.tooMany("filtered posts")
            }
            let entry = PostFilter.Entry(id: act.ids.next(), filter: id, post: post.id)
            try act.db.filters.insert(entry)
            return entry
        }
    }

    /// Takes a single post out of a filter.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func removeEntry(_ id: PostFilter.Entry.ID, as account: Account.ID) async throws {
        try await changeFilters(as: account, "change-filter") { act in
            _ = try act.ownFilter { $0.entries.contains { $0.id == id } }
            try act.db.filters.remove(id)
        }
    }
}

extension Publisher {
    /// Changes filters, and lets the account's streams know.
    fileprivate func changeFilters<Value: Sendable>(
        as account: Account.ID,
        _ name: String,
        _ body: @escaping @Sendable (Action) throws -> Value
    ) async throws -> Value {
        try await act(as: account, name) { act in
            let value = try body(act)
            try act.db.streamEvents.addFilterChange(of: account)
            return value
        }
    }
}

extension Action {
    fileprivate func ownFilter(_ isWanted: (PostFilter) -> Bool) throws -> PostFilter {
        guard let filter = try db.filters.all(of: actor.id).first(where: isWanted) else {
            throw OutboxError.noSuchThing("filter")
        }
        return filter
    }

    /// Changes keywords, and gives the filter as it is then.
    fileprivate func changed(_ filter: PostFilter, _ changes: [Publisher.KeywordChange]) throws -> PostFilter
    {
        for change in changes {
            if let id = change.id {
                guard var keyword = filter.keywords.first(where: { $0.id == id }) else {
                    throw OutboxError.noSuchThing("keyword")
                }
                if let text = change.text { keyword.text = try Self.checked(keyword: text) }
                if let isWholeWord = change.isWholeWord { keyword.isWholeWord = isWholeWord }
                if change.isRemoved { try db.filters.remove(id) } else { try db.filters.update(keyword) }
            } else if !change.isRemoved {
                try db.filters.insert(
                    PostFilter.Keyword(
                        id: ids.next(),
                        filter: filter.id,
                        text: try Self.checked(keyword: change.text ?? ""),
                        isWholeWord: change.isWholeWord ?? true
                    )
                )
            }
        }
        let filters = try db.filters.all(of: actor.id)
        let size = filters.flatMap(\.keywords).reduce(0) { $0 + $1.text.utf8.count }
        guard size <= 10_000 else { throw OutboxError.tooMany("filtered words") }
        return filters.first { $0.id == filter.id } ?? filter
    }

    fileprivate func time(_ end: Publisher.FilterEnd, now old: Timestamp?) -> Timestamp? {
        switch end {
        case .unchanged: old
        case .never: nil
        case .after(let span): now + span
        }
    }

    fileprivate static func checked(filterTitle title: String) throws -> String {
        guard !title.allSatisfy(\.isWhitespace), title.unicodeScalars.count <= 256 else {
            throw OutboxError.badText(reason: "the title is blank, or longer than 256 characters")
        }
        return title
    }

    fileprivate static func checked(keyword text: String) throws -> String {
        guard !text.allSatisfy(\.isWhitespace), text.unicodeScalars.count <= 512 else {
            throw OutboxError.badText(reason: "the keyword is blank, or longer than 512 characters")
        }
        return text
    }

    fileprivate static func checked(_ contexts: Set<PostFilter.Context>) throws -> Set<PostFilter.Context> {
        guard !contexts.isEmpty else { throw OutboxError.badText(reason: "the filter holds nowhere") }
        return contexts
    }
}
