extension Schema {
    /// What people note about others for themselves, and whom they recommend on their pages.
    static func createRemarks(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE account_note (
                account_id BIGINT NOT NULL REFERENCES account, about_id BIGINT NOT NULL REFERENCES account,
                text TEXT NOT NULL, PRIMARY KEY (account_id, about_id))
            """
        )
        try db.run("CREATE INDEX account_note_about ON account_note (about_id)")
        try db.run(
            """
            CREATE TABLE endorsement (
                id \(fragment: db.dialect.identityKey), account_id BIGINT NOT NULL REFERENCES account,
                endorsed_id BIGINT NOT NULL REFERENCES account, UNIQUE (account_id, endorsed_id))
            """
        )
        try db.run("CREATE INDEX endorsement_account ON endorsement (account_id, id)")
        try db.run("CREATE INDEX endorsement_endorsed ON endorsement (endorsed_id)")
    }
}
