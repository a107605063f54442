extension Schema {
    /// Conversations in direct messages, one row for each who takes part and is at home here.
    static func createConversations(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE direct_thread (
                account_id BIGINT NOT NULL REFERENCES account, id BIGINT NOT NULL,
                conversation TEXT NOT NULL, last_post_id BIGINT NOT NULL REFERENCES post, is_unread BIGINT NOT NULL,
                PRIMARY KEY (account_id, id), UNIQUE (account_id, conversation))
            """
        )
        try db.run("CREATE INDEX direct_thread_last ON direct_thread (account_id, last_post_id)")
        try db.run("CREATE INDEX direct_thread_post ON direct_thread (last_post_id)")
        try db.run("CREATE INDEX post_direct ON post (conversation, id) WHERE audience = 'direct'")
    }
}
