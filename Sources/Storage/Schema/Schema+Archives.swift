extension Schema {
    /// What people take along and bring along.
    static func createArchives(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE account_export (
                id \(fragment: key), account_id BIGINT NOT NULL REFERENCES account, state TEXT NOT NULL, file TEXT,
                size BIGINT, created_at BIGINT NOT NULL, until BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX account_export_account ON account_export (account_id, id)")
        try db.run("CREATE INDEX account_export_until ON account_export (state, until)")
        try db.run("CREATE INDEX account_export_file ON account_export (file) WHERE file IS NOT NULL")
        try db.run(
            """
            CREATE TABLE account_import (
                id \(fragment: key), account_id BIGINT NOT NULL REFERENCES account, kind TEXT NOT NULL, state TEXT NOT NULL,
                file TEXT, added BIGINT NOT NULL, passed BIGINT NOT NULL, refused BIGINT NOT NULL, problem TEXT,
                created_at BIGINT NOT NULL, until BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX account_import_account ON account_import (account_id, id)")
        try db.run("CREATE INDEX account_import_until ON account_import (state, until)")
        try db.run("CREATE INDEX account_import_file ON account_import (file) WHERE file IS NOT NULL")
        try db.run(
            """
            CREATE TABLE import_row (
                id \(fragment: key), import_id BIGINT NOT NULL REFERENCES account_import, kind TEXT NOT NULL,
                subject TEXT NOT NULL, detail TEXT NOT NULL, tries BIGINT NOT NULL, due_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX import_row_import ON import_row (import_id)")
        try db.run("CREATE INDEX import_row_due ON import_row (due_at)")
        try db.run(
            """
            CREATE TABLE import_refusal (
                id \(fragment: key), import_id BIGINT NOT NULL REFERENCES account_import, item TEXT NOT NULL,
                reason TEXT NOT NULL)
            """
        )
        try db.run("CREATE INDEX import_refusal_import ON import_refusal (import_id, id)")
        // By what a post was called where it comes from: it is taken once.
        try db.run(
            """
            CREATE TABLE imported_post (
                account_id BIGINT NOT NULL REFERENCES account, original TEXT NOT NULL, post_id BIGINT NOT NULL,
                PRIMARY KEY (account_id, original))
            """
        )
    }
}
