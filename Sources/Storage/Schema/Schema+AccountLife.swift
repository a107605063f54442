extension Schema {
    /// What accounts had before: the handles of those that were renamed or deleted.
    static func createAccountLife(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE former_handle (
                host TEXT NOT NULL, name TEXT NOT NULL, account_id BIGINT NOT NULL REFERENCES account,
                given_up_at BIGINT NOT NULL, PRIMARY KEY (host, name))
            """
        )
        try db.run("CREATE INDEX former_handle_account ON former_handle (account_id, given_up_at)")
    }
}
