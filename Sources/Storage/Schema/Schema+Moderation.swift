extension Schema {
    /// Reports, the posts that they name, and what moderators wrote.
    static func createModeration(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE report (
                id \(fragment: key), school_id BIGINT NOT NULL REFERENCES school,
                reporter_id BIGINT NOT NULL REFERENCES account, host TEXT, uri TEXT,
                reported_id BIGINT NOT NULL REFERENCES account, category TEXT NOT NULL, comment TEXT NOT NULL,
                is_forwarded BIGINT NOT NULL, state TEXT NOT NULL, assignee_id BIGINT REFERENCES account,
                outcome TEXT, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, UNIQUE (uri, reported_id))
            """
        )
        try db.run("CREATE INDEX report_school ON report (school_id, state, id)")
        try db.run("CREATE INDEX report_reporter ON report (reporter_id, created_at)")
        try db.run("CREATE INDEX report_host ON report (host, created_at) WHERE host IS NOT NULL")
        try db.run(
            """
            CREATE TABLE report_post (
                report_id BIGINT NOT NULL REFERENCES report, post_id BIGINT NOT NULL REFERENCES post,
                PRIMARY KEY (report_id, post_id))
            """
        )
        try db.run("CREATE INDEX report_post_post ON report_post (post_id)")
        try db.run(
            """
            CREATE TABLE report_note (
                id \(fragment: key), report_id BIGINT NOT NULL REFERENCES report, performed_by TEXT NOT NULL,
                text TEXT NOT NULL, created_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX report_note_report ON report_note (report_id, id)")
    }
}
