extension Schema {
    /// Who may sign in and with what, and what admins did.
    static func createAccess(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE member (
                account_id BIGINT PRIMARY KEY REFERENCES account, role TEXT NOT NULL, password_hash TEXT)
            """
        )
        try db.run(
            """
            CREATE TABLE session (
                token_hash TEXT PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES account,
                csrf_token TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX session_account ON session (account_id)")
        try db.run(
            """
            CREATE TABLE audit (
                id \(fragment: key), school_id BIGINT REFERENCES school, performed_by TEXT NOT NULL,
                action TEXT NOT NULL, subject TEXT NOT NULL, performed_at BIGINT NOT NULL)
            """
        )
    }
}
