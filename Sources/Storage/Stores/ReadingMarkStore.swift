public import Domain

/// The `reading_mark` table.
public struct ReadingMarkStore {
    let db: any SQLConnection

    /// Sets a mark, and counts how often that was done.
    public func set(_ list: ReadingMark.List, of account: Account.ID, to lastRead: Int64, at time: Timestamp)
        throws(StorageError)
    {
        try db.run(
            """
            INSERT INTO reading_mark (account_id, list, last_read, version, updated_at)
            VALUES (\(account), \(list), \(lastRead), 1, \(time))
            ON CONFLICT (account_id, list) DO UPDATE SET last_read = excluded.last_read,
                version = reading_mark.version + 1, updated_at = excluded.updated_at
            """
        )
    }

    /// The marks of an account.
    public func all(of account: Account.ID) throws(StorageError) -> [ReadingMark] {
        try db.run("SELECT * FROM reading_mark WHERE account_id = \(account) ORDER BY list")
            .decoded { row throws(StorageError) in
                ReadingMark(
                    account: try row["account_id"],
                    list: try row["list"],
                    lastRead: try row["last_read"],
                    version: try row["version"],
                    updatedAt: try row["updated_at"]
                )
            }
    }

    /// How far a list has been read; nil without a mark.
    public func position(in list: ReadingMark.List, of account: Account.ID) throws(StorageError) -> Int64? {
        try db.run("SELECT last_read FROM reading_mark WHERE account_id = \(account) AND list = \(list)")
            .first?["last_read"]
    }

}

extension SQLConnection {
    /// The `reading_mark` table.
    public var readingMarks: ReadingMarkStore { ReadingMarkStore(db: self) }
}
