public import Storage

extension SQLDatabase {
    /// Lets a SQLite file not grow any more, as on a full disk, or lets it grow again.
    public func limitToPresentSize(_ isLimited: Bool) async throws {
        try await write { db in
            // SQLite never goes below the present size.
            try db.run(isLimited ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1000000")
        }
    }
}
