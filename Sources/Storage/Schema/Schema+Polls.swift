extension Schema {
    /// Polls: their answers with the counts, and who chose what.
    static func createPolls(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE poll (
                post_id BIGINT PRIMARY KEY REFERENCES post, is_multiple BIGINT NOT NULL, hides_totals BIGINT NOT NULL,
                ends_at BIGINT, ended_at BIGINT, voters BIGINT, flaws TEXT NOT NULL, due_at BIGINT)
            """
        )
        // When something is to be told of a poll: its counts, or its end.
        try db.run("CREATE INDEX poll_due ON poll (due_at) WHERE due_at IS NOT NULL")
        try db.run(
            """
            CREATE TABLE poll_option (
                post_id BIGINT NOT NULL REFERENCES post, position BIGINT NOT NULL, name TEXT NOT NULL,
                title TEXT NOT NULL, votes BIGINT, PRIMARY KEY (post_id, position))
            """
        )
        try db.run(
            """
            CREATE TABLE poll_vote (
                post_id BIGINT NOT NULL REFERENCES post, account_id BIGINT NOT NULL REFERENCES account,
                position BIGINT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (post_id, account_id, position))
            """
        )
        try db.run("CREATE INDEX poll_vote_account ON poll_vote (account_id)")
    }
}
