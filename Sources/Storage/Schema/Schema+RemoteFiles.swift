extension Schema {
    /// Copies of peers' pictures, films and recordings.
    static func createRemoteFiles(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE remote_file (
                id \(fragment: db.dialect.identityKey), url TEXT NOT NULL UNIQUE, file TEXT, media_type TEXT,
                size BIGINT NOT NULL, fetched_at BIGINT NOT NULL, used_at BIGINT NOT NULL, again_at BIGINT)
            """
        )
        // What goes first when there is too much.
        try db.run("CREATE INDEX remote_file_used ON remote_file (used_at)")
        try db.run("CREATE INDEX remote_file_fetched ON remote_file (fetched_at)")
        // Whether a file is still needed.
        try db.run("CREATE INDEX remote_file_file ON remote_file (file) WHERE file IS NOT NULL")
    }
}
