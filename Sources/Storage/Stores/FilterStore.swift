public import Domain

/// The tables `post_filter`, `filter_keyword` and `filter_entry`.
public struct FilterStore {
    let db: any SQLConnection

    /// Adds a filter with its keywords and entries.
    public func insert(_ filter: PostFilter) throws(StorageError) {
        try db.run(
            """
            INSERT INTO post_filter (id, account_id, title, contexts, action, expires_at)
            VALUES (\(filter.id), \(filter.account), \(filter.title), \(filter.storedContexts), \(filter.action),
                \(filter.expiresAt))
            """
        )
        for keyword in filter.keywords { try insert(keyword) }
        for entry in filter.entries { try insert(entry) }
    }

    /// Writes what a filter is, but for its keywords and entries.
    public func update(_ filter: PostFilter) throws(StorageError) {
        try db.run(
            """
            UPDATE post_filter SET title = \(filter.title), contexts = \(filter.storedContexts), action = \(filter.action),
                expires_at = \(filter.expiresAt)
            WHERE id = \(filter.id)
            """
        )
    }

    /// Removes a filter with all that it has.
    public func remove(_ id: PostFilter.ID) throws(StorageError) {
        try db.run("DELETE FROM filter_keyword WHERE filter_id = \(id)")
        try db.run("DELETE FROM filter_entry WHERE filter_id = \(id)")
        try db.run("DELETE FROM post_filter WHERE id = \(id)")
    }

    /// Removes all filters of an account that is gone.
    func removeAll(of account: Account.ID) throws(StorageError) {
        for filter in try all(of: account) { try remove(filter.id) }
    }

    /// Removes the entries of posts that are deleted.
    func removeEntries(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM filter_entry WHERE post_id IN (\(list: posts))")
    }

    /// Adds a keyword.
    public func insert(_ keyword: PostFilter.Keyword) throws(StorageError) {
        try db.run(
            """
            INSERT INTO filter_keyword (id, filter_id, text, is_whole_word)
            VALUES (\(keyword.id), \(keyword.filter), \(keyword.text), \(keyword.isWholeWord))
            """
        )
    }

    /// Writes a keyword.
    public func update(_ keyword: PostFilter.Keyword) throws(StorageError) {
        try db.run(
            """
            UPDATE filter_keyword SET text = \(keyword.text), is_whole_word = \(keyword.isWholeWord)
            WHERE id = \(keyword.id)
            """
        )
    }

    /// Removes a keyword.
    public func remove(_ id: PostFilter.Keyword.ID) throws(StorageError) {
        try db.run("DELETE FROM filter_keyword WHERE id = \(id)")
    }

    /// Adds a post to a filter.
    ///
    /// - Returns: false, with nothing changed, when it is there already.
    @discardableResult
    public func insert(_ entry: PostFilter.Entry) throws(StorageError) -> Bool {
        try !db.run(
            """
            INSERT INTO filter_entry (id, filter_id, post_id) VALUES (\(entry.id), \(entry.filter), \(entry.post))
            ON CONFLICT DO NOTHING RETURNING id
            """
        ).isEmpty
    }

    /// Takes a post out of a filter.
    public func remove(_ id: PostFilter.Entry.ID) throws(StorageError) {
        try db.run("DELETE FROM filter_entry WHERE id = \(id)")
    }

    /// An account's filter; nobody else's.
    public func find(_ id: PostFilter.ID, of account: Account.ID) throws(StorageError) -> PostFilter? {
        try all(of: account).first { $0.id == id }
    }

    /// All filters of an account, the oldest first, expired ones too.
    public func all(of account: Account.ID) throws(StorageError) -> [PostFilter] {
        let rows = try db.run("SELECT * FROM post_filter WHERE account_id = \(account) ORDER BY id")
        // For most people this is the only query.
        if rows.isEmpty { return [] }
        let mine: SQL = "filter_id IN (SELECT id FROM post_filter WHERE account_id = \(account))"
        let keywords = try db.run("SELECT * FROM filter_keyword WHERE \(fragment: mine) ORDER BY id").decoded
        {
            row throws(StorageError) in
            PostFilter.Keyword(
                id: try row["id"],
                filter: try row["filter_id"],
                text: try row["text"],
                isWholeWord: try row["is_whole_word"]
            )
        }
        let entries = try db.run("SELECT * FROM filter_entry WHERE \(fragment: mine) ORDER BY id").decoded {
            row throws(StorageError) in
            PostFilter.Entry(id: try row["id"], filter: try row["filter_id"], post: try row["post_id"])
        }
        let (keywordsOf, entriesOf) = (
            Dictionary(grouping: keywords, by: \.filter), Dictionary(grouping: entries, by: \.filter)
        )
        return try rows.decoded { row throws(StorageError) in
            var filter = try PostFilter(row: row)
            filter.keywords = keywordsOf[filter.id] ?? []
            filter.entries = entriesOf[filter.id] ?? []
            return filter
        }
    }
}

extension PostFilter.Action: StoredWord {}

extension SQLConnection {
    /// The tables of filters.
    public var filters: FilterStore { FilterStore(db: self) }
}

extension PostFilter {
    fileprivate var storedContexts: String { contexts.map(\.rawValue).sorted().joined(separator: " ") }

    init(row: SQLRow) throws(StorageError) {
        let contexts: String = try row["contexts"]
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            title: try row["title"],
            contexts: Set(contexts.split(separator: " ").compactMap { Context(rawValue: String($0)) }),
            action: try row["action"],
            expiresAt: try row["expires_at"]
        )
    }
}
