extension Schema {
    /// Who blocks whom, and which posts are pinned.
    static func createRelations(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE block (
                id \(fragment: db.dialect.identityKey), blocker_id BIGINT NOT NULL REFERENCES account,
                blocked_id BIGINT NOT NULL REFERENCES account, uri TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL,
                UNIQUE (blocker_id, blocked_id))
            """
        )
        try db.run("CREATE INDEX block_blocker ON block (blocker_id, id)")
        try db.run("CREATE INDEX block_blocked ON block (blocked_id, blocker_id)")
        try db.run(
            """
            CREATE TABLE pin (
                post_id BIGINT PRIMARY KEY REFERENCES post, account_id BIGINT NOT NULL REFERENCES account,
                position BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX pin_account ON pin (account_id, position)")
    }
}
