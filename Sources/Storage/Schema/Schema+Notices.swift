extension Schema {
    /// What people want to be told, and by whom in any case.
    static func createNoticePolicies(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE notice_policy (
                account_id BIGINT PRIMARY KEY REFERENCES account, not_following TEXT NOT NULL,
                not_followers TEXT NOT NULL, new_accounts TEXT NOT NULL, private_mentions TEXT NOT NULL,
                limited_accounts TEXT NOT NULL)
            """
        )
        try db.run(
            """
            CREATE TABLE notice_permit (
                account_id BIGINT NOT NULL REFERENCES account, from_id BIGINT NOT NULL REFERENCES account,
                PRIMARY KEY (account_id, from_id))
            """
        )
        try db.run("CREATE INDEX notice_permit_from ON notice_permit (from_id)")
        try db.run("CREATE INDEX notice_held ON notice (account_id, from_id) WHERE is_held = 1")
    }
}
