extension Schema {
    /// What the pages say that posts link to, once for each address.
    static func createPreviews(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE link_preview (
                id \(fragment: db.dialect.identityKey), url TEXT NOT NULL UNIQUE, host TEXT NOT NULL,
                state TEXT NOT NULL, title TEXT, summary TEXT, site TEXT, author TEXT, image TEXT, image_text TEXT,
                due_at BIGINT, attempts BIGINT NOT NULL, asked_at BIGINT, fetched_at BIGINT)
            """
        )
        try db.run("CREATE INDEX link_preview_due ON link_preview (due_at) WHERE due_at IS NOT NULL")
        // Whether a host was asked a moment ago.
        try db.run("CREATE INDEX link_preview_host ON link_preview (host, asked_at)")
        try db.run(
            """
            CREATE TABLE post_preview (
                post_id BIGINT PRIMARY KEY REFERENCES post, preview_id BIGINT NOT NULL REFERENCES link_preview)
            """
        )
        try db.run("CREATE INDEX post_preview_preview ON post_preview (preview_id)")
    }
}
