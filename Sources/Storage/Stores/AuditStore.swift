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

    /// The newest entries: of one school, or of the whole instance with nil.
    public func newest(of school: School.ID? = nil, limit: Int) throws(StorageError) -> [AuditEntry] {
        let which: SQL = school.map { "school_id = \($0)" } ?? "1 = 1"
        return try db.run(
            "SELECT * FROM audit WHERE \(fragment: which) ORDER BY id DESC LIMIT \(limit)"
        ).decoded(AuditEntry.init(row:))
    }
}

extension SQLConnection {
    /// The `audit` table.
    public var audit: AuditStore { AuditStore(db: self) }
}
