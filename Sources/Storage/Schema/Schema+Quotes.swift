extension Schema {
    /// Which post quotes which, and what the quoted author said to it.
    static func createQuotes(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE quote (
                id \(fragment: db.dialect.identityKey), uri TEXT NOT NULL UNIQUE, quoted TEXT NOT NULL,
                account_id BIGINT NOT NULL REFERENCES account, state TEXT NOT NULL, request TEXT, stamp TEXT,
                due_at BIGINT, attempts BIGINT NOT NULL, created_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX quote_quoted ON quote (quoted, state, id)")
        try db.run("CREATE INDEX quote_request ON quote (request) WHERE request IS NOT NULL")
        try db.run("CREATE INDEX quote_stamp ON quote (stamp) WHERE stamp IS NOT NULL")
        try db.run("CREATE INDEX quote_due ON quote (due_at) WHERE due_at IS NOT NULL")
    }
}
