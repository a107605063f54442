extension Schema {
    /// What people upload.
    static func createMedia(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE upload (
                id \(fragment: db.dialect.identityKey), account_id BIGINT NOT NULL REFERENCES account,
                kind TEXT NOT NULL, media_type TEXT NOT NULL, key TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
                preview_file TEXT, size BIGINT NOT NULL, description TEXT NOT NULL, focus_x DOUBLE PRECISION,
                focus_y DOUBLE PRECISION, blurhash TEXT, width BIGINT, height BIGINT,
                post_id BIGINT REFERENCES post, portrait TEXT, created_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX upload_post ON upload (post_id) WHERE post_id IS NOT NULL")
        try db.run(
            "CREATE INDEX upload_unused ON upload (account_id, created_at) WHERE post_id IS NULL AND portrait IS NULL"
        )
        try db.run(
            "CREATE INDEX upload_created ON upload (created_at) WHERE post_id IS NULL AND portrait IS NULL"
        )
        try db.run(
            "CREATE UNIQUE INDEX upload_portrait ON upload (account_id, portrait) WHERE portrait IS NOT NULL"
        )
        // Whether a file is still needed.
        try db.run("CREATE INDEX upload_file ON upload (file)")
        try db.run("CREATE INDEX upload_preview ON upload (preview_file) WHERE preview_file IS NOT NULL")
    }
}
