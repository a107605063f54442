extension Schema {
    /// How far people have read, what they show on their profiles, and whom they do not want proposed.
    static func createFinding(_ db: any SQLConnection) throws {
        let order = db.dialect.byteOrder
        try db.run(
            """
            CREATE TABLE reading_mark (
                account_id BIGINT NOT NULL REFERENCES account, list TEXT NOT NULL, last_read BIGINT NOT NULL,
                version BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (account_id, list))
            """
        )
        try db.run(
            """
            CREATE TABLE featured_hashtag (
                id \(fragment: db.dialect.identityKey), account_id BIGINT NOT NULL REFERENCES account,
                name TEXT \(fragment: order) NOT NULL, created_at BIGINT NOT NULL, UNIQUE (account_id, name))
            """
        )
        try db.run(
            """
            CREATE TABLE unwanted_proposal (
                account_id BIGINT NOT NULL REFERENCES account, proposed_id BIGINT NOT NULL REFERENCES account,
                PRIMARY KEY (account_id, proposed_id))
            """
        )
        try db.run("CREATE INDEX unwanted_proposal_proposed ON unwanted_proposal (proposed_id)")
    }
}
