extension Schema {
    /// What has happened lately, for the streams that are open.
    ///
    /// It refers to nothing: what is gone when an event is looked at is not shown.
    static func createStreaming(_ db: any SQLConnection) throws {
        let key = db.dialect.countedKey
        try db.run(
            """
            CREATE TABLE stream_event (
                number \(fragment: key), kind TEXT NOT NULL, post_id BIGINT, subject_id BIGINT, account_id BIGINT)
            """
        )
    }
}
