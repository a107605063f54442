extension Schema {
    /// What concerns the database as a whole.
    ///
    /// The first of all: who starts asks whether others serve here before it makes the other tables.
    static func createInstance(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        // Who serves the instance now; one row to take turns on.
        try db.run(
            """
            CREATE TABLE process (
                id \(fragment: key), version TEXT NOT NULL, schema_version BIGINT NOT NULL, settings TEXT NOT NULL,
                started_at BIGINT NOT NULL, seen_at BIGINT NOT NULL)
            """
        )
        try db.run(
            "CREATE TABLE instance (id BIGINT PRIMARY KEY, last_joined_at BIGINT, import_began_at BIGINT)"
        )
        try db.run("INSERT INTO instance (id) VALUES (1)")
    }
}
