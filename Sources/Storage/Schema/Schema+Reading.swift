extension Schema {
    /// What people choose to read: hashtags.
    static func createReading(_ db: any SQLConnection) throws {
        try createHashtags(db)
    }

    private static func createHashtags(_ db: any SQLConnection) throws {
        // In the order of bytes, so that both engines find the same names behind a beginning.
        let order = db.dialect.byteOrder
        try db.run(
            """
            CREATE TABLE post_hashtag (
                name TEXT \(fragment: order) NOT NULL, post_id BIGINT NOT NULL REFERENCES post,
                PRIMARY KEY (name, post_id))
            """
        )
        try db.run("CREATE INDEX post_hashtag_post ON post_hashtag (post_id)")
        try db.run(
            """
            CREATE TABLE followed_hashtag (
                id \(fragment: db.dialect.identityKey), account_id BIGINT NOT NULL REFERENCES account,
                name TEXT \(fragment: order) NOT NULL, created_at BIGINT NOT NULL, UNIQUE (name, account_id))
            """
        )
        try db.run("CREATE INDEX followed_hashtag_account ON followed_hashtag (account_id, id)")
    }
}
