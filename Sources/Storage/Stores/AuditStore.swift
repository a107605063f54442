public import Domain

/// The `audit` table: rows are added and read, never changed.
public struct AuditStore {
    let db: any SQLConnection

    /// Adds an entry; part of the transaction of what it tells of.
    public func insert(_ entry: AuditEntry) throws(StorageError) {
        try db.run(
            """
            INSERT INTO audit (id, school_id, performed_by, action, subject, performed_at)
            VALUES (\(entry.id), \(entry.school), \(entry.by), \(entry.action), \(entry.subject), \(entry.at))
            """
        )
    }

    /// The newest entries.
    public func newest(limit: Int) throws(StorageError) -> [AuditEntry] {
        try db.run("SELECT * FROM audit ORDER BY id DESC LIMIT \(limit)").decoded {
            row throws(StorageError) in
            AuditEntry(
                id: try row["id"],
                school: try row["school_id"],
                by: try row["performed_by"],
                action: try row["action"],
                subject: try row["subject"],
                at: try row["performed_at"]
            )
        }
    }
}

extension SQLConnection {
    /// The `audit` table.
    public var audit: AuditStore { AuditStore(db: self) }
}
