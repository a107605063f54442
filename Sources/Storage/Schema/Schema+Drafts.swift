extension Schema {
    /// What people have written and not published, and the uploads that wait with it.
    static func createDrafts(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE draft (
                id \(fragment: db.dialect.identityKey), account_id BIGINT NOT NULL REFERENCES account,
                document TEXT NOT NULL, due_at BIGINT, problem TEXT, version BIGINT NOT NULL, created_at BIGINT NOT NULL,
                changed_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX draft_account ON draft (account_id, id)")
        try db.run("CREATE INDEX draft_due ON draft (due_at) WHERE due_at IS NOT NULL")
        // An upload may go before the draft does, with a post that has it too: publishing says so then.
        try db.run(
            """
            CREATE TABLE draft_upload (
                draft_id BIGINT NOT NULL REFERENCES draft, upload_id BIGINT NOT NULL, position BIGINT NOT NULL,
                PRIMARY KEY (draft_id, upload_id))
            """
        )
        try db.run("CREATE INDEX draft_upload_upload ON draft_upload (upload_id)")
    }
}
