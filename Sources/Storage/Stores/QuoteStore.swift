public import Domain

/// The `quote` table.
///
/// By the addresses of both posts, since either may be unknown here.
public struct QuoteStore {
    let db: any SQLConnection

    /// Notes a quote.
    ///
    /// - Returns: false, with nothing changed, when the post's quote is noted already.
    @discardableResult
    public func insert(_ quote: Quote) throws(StorageError) -> Bool {
        let added = try db.run(
            """
            INSERT INTO quote (id, uri, quoted, account_id, state, request, stamp, due_at, attempts, created_at)
            VALUES (\(quote.id), \(quote.uri), \(quote.quoted), \(quote.account), \(quote.state), \(quote.request),
                \(quote.stamp), \(quote.dueAt), \(quote.attempts), \(quote.createdAt))
            ON CONFLICT (uri) DO NOTHING RETURNING id
            """
        )
        if quote.dueAt != nil { db.wake(.quotes) }
        return !added.isEmpty
    }

    /// Writes what has become of a quote.
    public func set(_ quote: Quote) throws(StorageError) {
        try db.run(
            """
            UPDATE quote SET state = \(quote.state), request = \(quote.request), stamp = \(quote.stamp),
                due_at = \(quote.dueAt), attempts = \(quote.attempts)
            WHERE id = \(quote.id)
            """
        )
        if quote.dueAt != nil { db.wake(.quotes) }
    }

    /// Forgets what a post quoted: it quotes nothing any more.
    public func remove(_ uri: URI) throws(StorageError) {
        try db.run("DELETE FROM quote WHERE uri = \(uri)")
    }

    /// Forgets what posts quoted that are buried.
    func removeAll(by posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM quote WHERE uri IN (SELECT uri FROM post WHERE id IN (\(list: posts)))")
    }

    /// The quote with an id.
    public func find(_ id: Quote.ID) throws(StorageError) -> Quote? {
        try db.run("SELECT * FROM quote WHERE id = \(id)").decoded(Quote.init(row:)).first
    }

    /// What a post quotes.
    public func find(uri: URI) throws(StorageError) -> Quote? { try find(uris: [uri])[uri] }

    /// What each of some posts quotes.
    public func find(uris: [URI]) throws(StorageError) -> [URI: Quote] {
        guard !uris.isEmpty else { return [:] }
        let quotes = try db.run("SELECT * FROM quote WHERE uri IN (\(list: uris))")
            .decoded(Quote.init(row:))
        return Dictionary(quotes.map { ($0.uri, $0) }) { first, _ in first }
    }

    /// The quote that one of ours asked for in a request.
    public func find(request: URI) throws(StorageError) -> Quote? {
        try db.run("SELECT * FROM quote WHERE request = \(request) ORDER BY id LIMIT 1")
            .decoded(Quote.init(row:)).first
    }

    /// The quotes that an approval stands for; more than one only when a peer says so, wrongly.
    public func find(stamp: URI) throws(StorageError) -> [Quote] {
        try db.run("SELECT * FROM quote WHERE stamp = \(stamp) ORDER BY id LIMIT 20")
            .decoded(Quote.init(row:))
    }

    /// How many quotes of each of some posts were approved.
    public func countAccepted(of quoted: [URI]) throws(StorageError) -> [URI: Int] {
        guard !quoted.isEmpty else { return [:] }
        let rows = try db.run(
            """
            SELECT quoted, COUNT(*) AS n FROM quote WHERE quoted IN (\(list: quoted)) AND state = 'accepted'
            GROUP BY quoted
            """
        )
        var counts: [URI: Int] = [:]
        for row in rows { counts[try row["quoted"]] = try row["n"] }
        return counts
    }

    /// How many quotes of a post wait for its author.
    public func countPending(of quoted: URI) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM quote WHERE quoted = \(quoted) AND state = 'pending'").count(
            "n"
        )
    }

    /// Takes one whose approval is to be looked at; when the process dies over it, it is due again at `lease`.
    public func claim(now: Timestamp, lease: Timestamp) throws(StorageError) -> Quote? {
        let due = try db.run(
            """
            SELECT id FROM quote WHERE due_at <= \(now) ORDER BY due_at, id LIMIT 1
            \(fragment: db.dialect.skipLocked)
            """
        )
        guard let id: Quote.ID = try due.first?["id"] else { return nil }
        return try db.run(
            "UPDATE quote SET due_at = \(lease) WHERE id = \(id) AND due_at <= \(now) RETURNING *"
        ).decoded(Quote.init(row:)).first
    }
}

extension SQLConnection {
    /// The `quote` table.
    public var quotes: QuoteStore { QuoteStore(db: self) }
}

extension Quote {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            uri: try row["uri"],
            quoted: try row["quoted"],
            account: try row["account_id"],
            state: try row["state"],
            request: try row["request"],
            stamp: try row["stamp"],
            dueAt: try row["due_at"],
            attempts: try row["attempts"],
            createdAt: try row["created_at"]
        )
    }
}
