extension Schema {
    /// Who has moved where, and which other accounts ours say are theirs too.
    static func createMoves(_ db: any SQLConnection) throws {
        // `last_follow_id`: how far its followers have been taken along; NULL when all were.
        try db.run(
            """
            CREATE TABLE move (
                account_id BIGINT PRIMARY KEY REFERENCES account, target_id BIGINT REFERENCES account,
                moved_at BIGINT NOT NULL, last_follow_id BIGINT)
            """
        )
        try db.run("CREATE INDEX move_target ON move (target_id) WHERE target_id IS NOT NULL")
        try db.run("CREATE INDEX move_open ON move (account_id) WHERE last_follow_id IS NOT NULL")
        try db.run(
            """
            CREATE TABLE account_alias (
                account_id BIGINT NOT NULL REFERENCES account, uri TEXT NOT NULL, PRIMARY KEY (account_id, uri))
            """
        )
    }
}
