public import Domain

/// The tables `report`, `report_post` and `report_note`.
public struct ReportStore {
    let db: any SQLConnection

    /// Adds a report with the posts that it names.
    ///
    /// `posts`: those that the reporter may see; the caller has asked that.
    ///
    /// - Returns: false, with nothing changed, when the same Flag has been kept for the same account.
    @discardableResult
    public func insert(_ report: Report, posts: some Collection<Post.ID>) throws(StorageError) -> Bool {
        let added = try db.run(
            """
            INSERT INTO report (id, school_id, reporter_id, host, uri, reported_id, category, comment,
                is_forwarded, state, assignee_id, outcome, created_at, changed_at)
            VALUES (\(report.id), \(report.school), \(report.reporter), \(report.host), \(report.uri),
                \(report.reported), \(report.category), \(report.comment), \(report.isForwarded),
                \(report.state), \(report.assignee), \(report.outcome), \(report.createdAt), \(report.changedAt))
            ON CONFLICT DO NOTHING RETURNING id
            """
        )
        guard !added.isEmpty else { return false }
        for post in Set(posts) {
            try db.run("INSERT INTO report_post (report_id, post_id) VALUES (\(report.id), \(post))")
        }
        return true
    }

    /// Writes how far a case has come.
    public func update(_ report: Report) throws(StorageError) {
        try db.run(
            """
            UPDATE report SET state = \(report.state), assignee_id = \(report.assignee),
                outcome = \(report.outcome), changed_at = \(report.changedAt) WHERE id = \(report.id)
            """
        )
    }

    /// The report with an id.
    public func find(_ id: Report.ID) throws(StorageError) -> Report? {
        try db.run("SELECT * FROM report WHERE id = \(id)").decoded(Report.init(row:)).first
    }

    /// Which reports are asked for.
    public struct Query: Sendable {
        /// Of one school; nil for all.
        public var school: School.ID?
        /// In one of these states.
        public var states: [Report.State]
        /// About one account.
        public var reported: Account.ID?
        /// By one account.
        public var reporter: Account.ID?
        /// None about this account: nobody handles, or reads, what is about themselves.
        public var notAbout: Account.ID?
        /// Only those before this one.
        public var before: Report.ID?
        /// At most so many.
        public var limit: Int

        /// Asks for a school's cases that are not resolved; the limit is clamped to 1...200.
        public init(
            school: School.ID?,
            states: [Report.State] = [.open, .assigned],
            before: Report.ID? = nil,
            limit: Int = 40
        ) {
            self.school = school
            self.states = states
            self.before = before
            self.limit = min(max(limit, 1), 200)
        }
    }

    /// Reports, newest first.
    public func page(_ query: Query) throws(StorageError) -> [Report] {
        let end = query.before ?? Report.ID(rawValue: .max)
        return try db.run(
            """
            SELECT * FROM report WHERE \(fragment: Self.condition(query)) AND id < \(end)
            ORDER BY id DESC LIMIT \(query.limit)
            """
        ).decoded(Report.init(row:))
    }

    private static func condition(_ query: Query) -> SQL {
        var condition: SQL = "state IN (\(list: query.states))"
        if let school = query.school { condition = condition + " AND school_id = \(school)" }
        if let reported = query.reported { condition = condition + " AND reported_id = \(reported)" }
        if let reporter = query.reporter { condition = condition + " AND reporter_id = \(reporter)" }
        if let own = query.notAbout { condition = condition + " AND reported_id <> \(own)" }
        return condition
    }

    /// How many reports an account has made since a time.
    public func count(by reporter: Account.ID, since time: Timestamp) throws(StorageError) -> Int {
        try db.run(
            "SELECT COUNT(*) AS n FROM report WHERE reporter_id = \(reporter) AND created_at > \(time)"
        ).count("n")
    }

    /// How many reports came from a server since a time.
    public func count(from host: Host, since time: Timestamp) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM report WHERE host = \(host) AND created_at > \(time)")
            .count("n")
    }

    /// The posts that a report names and that stand.
    ///
    /// Whoever reads the report reads them, whomever they are for: the reporter, who could see them, has shown them.
    public func posts(of report: Report.ID) throws(StorageError) -> [Post] {
        try db.run(
            """
            SELECT p.* FROM report_post r JOIN post p ON p.id = r.post_id
            WHERE r.report_id = \(report) AND p.deleted_at IS NULL ORDER BY p.id
            """
        ).decoded(Post.init(row:))
    }

    /// How many posts a report names, with those that were deleted since.
    public func countPosts(of report: Report.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM report_post WHERE report_id = \(report)").count("n")
    }

    /// Adds a note.
    public func insert(_ note: Report.Note) throws(StorageError) {
        try db.run(
            """
            INSERT INTO report_note (id, report_id, performed_by, text, created_at)
            VALUES (\(note.id), \(note.report), \(note.by), \(note.text), \(note.createdAt))
            """
        )
    }

    /// The notes of a case, oldest first.
    public func notes(of report: Report.ID) throws(StorageError) -> [Report.Note] {
        try db.run("SELECT * FROM report_note WHERE report_id = \(report) ORDER BY id").decoded {
            row throws(StorageError) in
            Report.Note(
                id: try row["id"],
                report: try row["report_id"],
                by: try row["performed_by"],
                text: try row["text"],
                createdAt: try row["created_at"]
            )
        }
    }
}

extension SQLConnection {
    /// Reports and what belongs to them.
    public var reports: ReportStore { ReportStore(db: self) }
}

extension Report {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            school: try row["school_id"],
            reporter: try row["reporter_id"],
            host: try row["host"],
            uri: try row["uri"],
            reported: try row["reported_id"],
            category: try row["category"],
            comment: try row["comment"],
            isForwarded: try row["is_forwarded"],
            state: try row["state"],
            assignee: try row["assignee_id"],
            outcome: try row["outcome"],
            createdAt: try row["created_at"],
            changedAt: try row["changed_at"]
        )
    }
}

extension Report.Category: StoredWord {}
extension Report.State: StoredWord {}
extension Report.Outcome: StoredWord {}
