public import Domain

/// Hashtags: their timelines, how much they are used, and which begin with some letters.
public struct HashtagView {
    let db: any SQLConnection

    /// How many names behind a beginning are looked at.
    private static let candidates = 100
    /// How far ids of one day go.
    static let idsADay = Post.ID.lowest(at: Timestamp(milliseconds: 86_400_000)).rawValue

    /// Which posts a timeline of hashtags has.
    public struct Query: Sendable {
        /// Posts have at least one of these.
        public var any: [String]
        /// And all of these.
        public var all: [String] = []
        /// And none of these.
        public var none: [String] = []
        /// Only posts of the viewer's school.
        public var isLocal = false
        /// Only posts of others.
        public var isRemote = false

        /// Asks for one hashtag, or several of which one will do.
        public init(any: [String]) {
            self.any = any
        }
    }

    /// Posts that have a hashtag, newest first: what is for feeds and the viewer may see; strangers see the school's own.
    public func page(
        _ query: Query,
        for viewer: Viewer,
        at school: School.ID,
        _ page: HomeTimelineView.Page
    ) throws(StorageError) -> [PresentedPost] {
        let low = max(page.since ?? -1, page.after ?? -1)
        let order: SQL = page.after == nil ? "DESC" : "ASC"
        let posts = try db.run(
            """
            SELECT p.* FROM post_hashtag h JOIN post p ON p.id = h.post_id JOIN account w ON w.id = p.account_id
            WHERE \(fragment: Self.condition(query, viewer, school))
                AND h.post_id < \(page.before ?? .max) AND h.post_id > \(low)
                AND \(fragment: VisibilitySQL.condition(for: viewer))
                AND \(fragment: VisibilitySQL.isListed(for: viewer))
                AND \(fragment: MuteSQL.isHeard(column: "p.account_id", by: viewer))
            ORDER BY h.post_id \(fragment: order) LIMIT \(page.limit)
            """
        ).decoded(Post.init(row:))
        return try db.presenter.present(page.after == nil ? posts : posts.reversed(), to: viewer)
    }

    /// The condition on a hashtag `h` and its post `p`.
    private static func condition(_ query: Query, _ viewer: Viewer, _ school: School.ID) -> SQL {
        let any = Set(query.any)
        var condition: SQL = "h.name IN (\(list: any.sorted()))"
        if any.count > 1 {
            // Each post once, though it has several of them.
            condition =
                condition + """
                     AND NOT EXISTS (SELECT 1 FROM post_hashtag o
                    WHERE o.post_id = h.post_id AND o.name IN (\(list: any.sorted())) AND o.name < h.name)
                    """
        }
        for name in query.all {
            condition =
                condition
                + " AND EXISTS (SELECT 1 FROM post_hashtag o WHERE o.name = \(name) AND o.post_id = h.post_id)"
        }
        for name in query.none {
            condition =
                condition
                + " AND NOT EXISTS (SELECT 1 FROM post_hashtag o WHERE o.name = \(name) AND o.post_id = h.post_id)"
        }
        condition = condition + " AND \(fragment: isForFeeds)"
        if query.isLocal || viewer == .anonymous { condition = condition + " AND p.school_id = \(school)" }
        if query.isRemote { condition = condition + " AND (p.school_id IS NULL OR p.school_id <> \(school))" }
        return condition
    }

    /// What stands in feeds: not what is unlisted, and not what is for people rather than for all of a place.
    private static let isForFeeds: SQL = "p.audience IN ('public', 'school', 'partners')"

    /// How much each hashtag was used in public posts that the viewer may see, day by day, today first; days without use
    /// too.
    public func usage(of names: [String], for viewer: Viewer, now: Timestamp, days: Int = 7)
        throws(StorageError) -> [String: [HashtagDay]]
    {
        guard !names.isEmpty else { return [:] }
        let today = CalendarDay(of: now)
        let numbers = (0..<Int64(max(days, 1))).map { today.number - $0 }
        let first = Post.ID(rawValue: (numbers.last ?? today.number) * Self.idsADay)
        let rows = try db.run(
            """
            SELECT h.name AS name, h.post_id / \(fragment: Self.dayLength) AS day, COUNT(*) AS uses,
                COUNT(DISTINCT p.account_id) AS accounts
            FROM post_hashtag h JOIN post p ON p.id = h.post_id JOIN account w ON w.id = p.account_id
            WHERE h.name IN (\(list: names)) AND h.post_id >= \(first) AND p.audience = 'public'
                AND \(fragment: VisibilitySQL.condition(for: viewer))
            GROUP BY h.name, h.post_id / \(fragment: Self.dayLength)
            """
        )
        var found: [String: [Int64: HashtagDay]] = [:]
        for row in rows {
            let number: Int64 = try row["day"]
            found[try row["name"], default: [:]][number] = HashtagDay(
                day: CalendarDay(number: number),
                uses: try row["uses"],
                accounts: try row["accounts"]
            )
        }
        var usage: [String: [HashtagDay]] = [:]
        for name in names {
            usage[name] = numbers.map {
                found[name]?[$0] ?? HashtagDay(day: CalendarDay(number: $0), uses: 0, accounts: 0)
            }
        }
        return usage
    }

    /// The same as `idsADay`, for SQL: a literal, so that both places of it are the same expression.
    private static let dayLength: SQL = "181193932800000"

    /// Hashtags that begin with some letters, in order, of posts in feeds that the viewer may see.
    ///
    /// At most 100 names behind the beginning are looked at.
    public func search(_ start: String, for viewer: Viewer, at school: School.ID, offset: Int = 0, limit: Int)
        throws(StorageError) -> [String]
    {
        guard !start.isEmpty else { return [] }
        let end = start + "\u{10FFFF}"
        let local: SQL = viewer == .anonymous ? "p.school_id = \(school)" : "1 = 1"
        return try db.run(
            """
            WITH RECURSIVE found (name) AS (
                SELECT (SELECT h.name FROM post_hashtag h WHERE h.name >= \(start) AND h.name < \(end)
                    ORDER BY h.name LIMIT 1)
                UNION ALL
                SELECT (SELECT h.name FROM post_hashtag h WHERE h.name > f.name AND h.name < \(end)
                    ORDER BY h.name LIMIT 1) FROM found f WHERE f.name IS NOT NULL)
            SELECT f.name AS name FROM (SELECT name FROM found LIMIT \(Self.candidates)) f
            WHERE EXISTS (SELECT 1 FROM post_hashtag h JOIN post p ON p.id = h.post_id
                    JOIN account w ON w.id = p.account_id
                WHERE h.name = f.name AND \(fragment: Self.isForFeeds) AND \(fragment: local)
                    AND \(fragment: VisibilitySQL.condition(for: viewer))
                    AND \(fragment: VisibilitySQL.isListed(for: viewer)))
            ORDER BY f.name LIMIT \(max(0, limit)) OFFSET \(max(0, offset))
            """
        ).decoded { row throws(StorageError) in try row["name"] }
    }
}

extension SQLConnection {
    /// Hashtags as they are read.
    public var hashtagPages: HashtagView { HashtagView(db: self) }
}
