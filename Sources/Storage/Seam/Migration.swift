/// One step of the schema.
///
/// Once released it is never changed.
public struct Migration: Sendable {
    /// Its number; each is greater than the one before, the first at least 1.
    public let version: Int
    /// What it brings, in a word or two.
    public let name: String
    /// Makes the change, in the transaction that also records it.
    public let apply: @Sendable (any SQLConnection) throws -> Void

    /// Describes a step.
    public init(version: Int, name: String, apply: @escaping @Sendable (any SQLConnection) throws -> Void) {
        self.version = version
        self.name = name
        self.apply = apply
    }
}

/// Brings a database to the present schema.
///
/// What was applied is in its table `schema_version`.
public enum Migrator {
    /// Applies the migrations that the database does not have yet, each in a transaction of its own.
    ///
    /// A crash between two of them is mended by the next start. Two processes may do it at once: a migration's record
    /// is written before its change, so the second waits for the first and then finds it applied.
    /// - Throws: `StorageError.newerSchema`, with nothing changed, when the database knows a later migration;
    ///   `StorageError.rejected` when the list is not in order; what a migration throws, which undoes that one.
    public static func migrate(_ database: any SQLDatabase, _ migrations: [Migration]) async throws {
        let known = try newestVersion(of: migrations)
        do {
            try await createRecord(in: database)
        } catch StorageError.constraint {
            // Another process has made it at the same instant: it is there now.
            try await createRecord(in: database)
        }
        let found = try await database.read { try checkedVersion($0, known: known) }
        for migration in migrations where migration.version > found {
            try await database.write { db in
                _ = try checkedVersion(db, known: known)
                let recorded = try db.run(
                    """
                    INSERT INTO schema_version (version, name) VALUES (\(migration.version), \(migration.name))
                    ON CONFLICT (version) DO NOTHING RETURNING version
                    """
                )
                if !recorded.isEmpty { try migration.apply(db) }
            }
        }
    }

    private static func createRecord(in database: any SQLDatabase) async throws {
        try await database.write { db in
            _ = try db.run(
                "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL)"
            )
        }
    }

    /// Gives the version that a database has after these migrations; 0 for none.
    ///
    /// - Throws: `StorageError.rejected` when they are not in ascending order from 1 or later.
    public static func newestVersion(of migrations: [Migration]) throws(StorageError) -> Int {
        var newest = 0
        for migration in migrations {
            guard migration.version > newest else {
                throw .rejected(reason: "migration \(migration.version) is out of order")
            }
            newest = migration.version
        }
        return newest
    }

    /// The version that a migrated database has.
    ///
    /// - Throws: `StorageError`.
    public static func appliedVersion(of database: any SQLDatabase) async throws -> Int {
        try await database.read { db in
            let newest = try db.run("SELECT COALESCE(MAX(version), 0) AS version FROM schema_version").first
            return try newest?["version"] ?? 0
        }
    }

    private static func checkedVersion(_ db: any SQLConnection, known: Int) throws(StorageError) -> Int {
        let newest = try db.run("SELECT COALESCE(MAX(version), 0) AS version FROM schema_version").first
        guard let newest else { return 0 }
        let found: Int = try newest["version"]
        guard found <= known else { throw .newerSchema(found: found, known: known) }
        return found
    }
}
