extension Schema {
    /// What is to be fetched in the background, and what came of it.
    static func createErrands(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE errand (
                kind TEXT NOT NULL, uri TEXT NOT NULL, school_id BIGINT NOT NULL REFERENCES school, host TEXT NOT NULL,
                due_at BIGINT, noted_at BIGINT NOT NULL, attempts BIGINT NOT NULL, reason TEXT,
                PRIMARY KEY (kind, uri, school_id))
            """
        )
        try db.run("CREATE INDEX errand_due ON errand (due_at) WHERE due_at IS NOT NULL")
        try db.run("CREATE INDEX errand_host ON errand (host) WHERE due_at IS NOT NULL")
        try db.run("CREATE INDEX errand_noted ON errand (noted_at)")
        // Since when a post is here that was fetched and not sent to us: its Create may come yet.
        try db.run("ALTER TABLE post ADD COLUMN fetched_at BIGINT")
    }
}
