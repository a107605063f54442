public import Domain

/// The `link_preview` and `post_preview` tables: what pages say of themselves, and which post links to which.
public struct LinkPreviewStore {
    let db: any SQLConnection

    /// How long a host is left alone after it was asked for one page.
    public static let pause = Span.seconds(2)

    /// Notes which page a post links to, and that it is to be asked: when it is new, has grown old, or said nothing a day
    /// ago.
    ///
    /// `dueAt`: when it is asked; nil for never, so that only what is known already is shown. When too many wait, a new
    /// page is not noted.
    public func attach(
        _ url: URI,
        to post: Post.ID,
        as id: LinkPreview.ID,
        dueAt: Timestamp?,
        now: Timestamp
    ) throws(StorageError) {
        try detach(post)
        var found = try find(url)
        if found == nil, let dueAt, try countWaiting() < LinkPreview.maximumWaiting {
            try db.run(
                """
                INSERT INTO link_preview (id, url, host, state, due_at, attempts)
                VALUES (\(id), \(url), \(url.host), 'waiting', \(dueAt), 0) ON CONFLICT (url) DO NOTHING
                """
            )
            found = try find(url)
            db.wake(.previews)
        }
        guard let preview = found else { return }
        if let dueAt, preview.isStale(at: now) {
            try db.run(
                """
                UPDATE link_preview SET due_at = \(dueAt), attempts = 0 WHERE id = \(preview.id) AND due_at IS NULL
                """
            )
            db.wake(.previews)
        }
        try db.run(
            """
            INSERT INTO post_preview (post_id, preview_id) VALUES (\(post), \(preview.id))
            ON CONFLICT (post_id) DO UPDATE SET preview_id = excluded.preview_id
            """
        )
    }

    /// Notes that a post links to no page.
    public func detach(_ post: Post.ID) throws(StorageError) { try removeAll(of: [post]) }

    /// Forgets what posts linked to that are buried.
    func removeAll(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM post_preview WHERE post_id IN (\(list: posts))")
    }

    /// The preview of a page.
    public func find(_ url: URI) throws(StorageError) -> LinkPreview? {
        try db.run("SELECT * FROM link_preview WHERE url = \(url)").decoded(LinkPreview.init(row:)).first
    }

    /// What the pages say that some posts link to; a post without such a page is not there.
    public func find(of posts: [Post.ID]) throws(StorageError) -> [Post.ID: LinkPreview] {
        guard !posts.isEmpty else { return [:] }
        let rows = try db.run(
            """
            SELECT a.post_id, l.* FROM post_preview a JOIN link_preview l ON l.id = a.preview_id
            WHERE a.post_id IN (\(list: posts)) AND l.title IS NOT NULL
            """
        )
        var found: [Post.ID: LinkPreview] = [:]
        for row in rows { found[try row["post_id"]] = try LinkPreview(row: row) }
        return found
    }

    /// How many wait to be asked.
    public func countWaiting() throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM link_preview WHERE due_at IS NOT NULL").count("n")
    }

    /// Whether one is due.
    public func hasDue(now: Timestamp) throws(StorageError) -> Bool {
        try !db.run("SELECT 1 AS found FROM link_preview WHERE due_at <= \(now) LIMIT 1").isEmpty
    }

    /// Takes one that is due, of a host that is not being asked and was not a moment ago; when the process dies over it,
    /// it is due again at `lease`.
    public func claim(now: Timestamp, lease: Timestamp) throws(StorageError) -> LinkPreview? {
        let due = try db.run(
            """
            SELECT id FROM link_preview WHERE due_at <= \(now) AND NOT EXISTS (SELECT 1 FROM link_preview o
                WHERE o.host = link_preview.host AND o.asked_at > \(now - Self.pause))
            ORDER BY due_at, id LIMIT 1 \(fragment: db.dialect.skipLocked)
            """
        )
        guard let id: LinkPreview.ID = try due.first?["id"] else { return nil }
        // Asked until the lease ends, or it is recorded that it is over.
        return try db.run(
            """
            UPDATE link_preview SET due_at = \(lease), asked_at = \(lease) WHERE id = \(id) AND due_at <= \(now)
            RETURNING *
            """
        ).decoded(LinkPreview.init(row:)).first
    }

    /// Writes what came of asking.
    public func record(_ preview: LinkPreview, at now: Timestamp) throws(StorageError) {
        let content = preview.content
        try db.run(
            """
            UPDATE link_preview SET state = \(preview.state), title = \(content?.title), summary = \(content?.summary),
                site = \(content?.site), author = \(content?.author), image = \(content?.image),
                image_text = \(content?.imageText), due_at = \(preview.dueAt), attempts = \(preview.attempts),
                asked_at = \(now), fetched_at = \(preview.fetchedAt)
            WHERE id = \(preview.id)
            """
        )
    }

    /// Removes previews that no post has and that were not asked since a time, at most so many.
    ///
    /// - Returns: how many were removed.
    @discardableResult
    public func removeUnused(before limit: Timestamp, limit count: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM link_preview WHERE id IN (SELECT l.id FROM link_preview l
                WHERE COALESCE(l.asked_at, l.due_at, 0) < \(limit)
                    AND NOT EXISTS (SELECT 1 FROM post_preview a WHERE a.preview_id = l.id)
                ORDER BY l.id LIMIT \(count))
            RETURNING id
            """
        ).count
    }
}

extension SQLConnection {
    /// The `link_preview` and `post_preview` tables.
    public var linkPreviews: LinkPreviewStore { LinkPreviewStore(db: self) }
}

extension LinkPreview {
    /// Whether it is to be asked again.
    fileprivate func isStale(at now: Timestamp) -> Bool {
        guard dueAt == nil else { return false }
        let age = fetchedAt.map { now - $0 } ?? Self.freshness
        return age >= (state == .absent ? Self.absence : Self.freshness)
    }

    init(row: SQLRow) throws(StorageError) {
        let title: String? = try row["title"]
        let (summary, site): (String?, String?) = (try row["summary"], try row["site"])
        let (author, imageText): (String?, String?) = (try row["author"], try row["image_text"])
        let image: URI? = try row["image"]
        self.init(
            id: try row["id"],
            url: try row["url"],
            state: try row["state"],
            content: title.map {
                Content(
                    title: $0,
                    summary: summary ?? "",
                    site: site ?? "",
                    author: author ?? "",
                    image: image,
                    imageText: imageText ?? ""
                )
            },
            dueAt: try row["due_at"],
            attempts: try row["attempts"],
            fetchedAt: try row["fetched_at"]
        )
    }
}
