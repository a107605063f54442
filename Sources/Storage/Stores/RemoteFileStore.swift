public import Domain

/// The `remote_file` table: which copies of peers' files are kept.
public struct RemoteFileStore {
    let db: any SQLConnection

    /// How many are looked at in one step.
    private static let batch = 100

    /// What is known of an address.
    public func find(_ url: URI) throws(StorageError) -> RemoteFile? {
        try db.run("SELECT * FROM remote_file WHERE url = \(url)").decoded(RemoteFile.init(row:)).first
    }

    /// Writes what came of asking for an address, whatever was known of it.
    public func record(_ file: RemoteFile) throws(StorageError) {
        try db.run(
            """
            INSERT INTO remote_file (id, url, file, media_type, size, fetched_at, used_at, again_at)
            VALUES (\(file.id), \(file.url), \(file.copy?.file), \(file.copy?.mediaType), \(file.copy?.size ?? 0),
                \(file.fetchedAt), \(file.usedAt), \(file.againAt))
            ON CONFLICT (url) DO UPDATE SET file = excluded.file, media_type = excluded.media_type,
                size = excluded.size, fetched_at = excluded.fetched_at, used_at = excluded.used_at,
                again_at = excluded.again_at
            """
        )
    }

    /// Notes that somebody looks at a file.
    public func touch(_ id: RemoteFile.ID, at now: Timestamp) throws(StorageError) {
        try db.run("UPDATE remote_file SET used_at = \(now) WHERE id = \(id) AND used_at < \(now)")
    }

    /// The bytes of all copies.
    public func size() throws(StorageError) -> Int64 {
        let rows = try db.run("SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS n FROM remote_file")
        return try rows.first.map { row throws(StorageError) in try row["n"] } ?? 0
    }

    /// Forgets those that nobody has looked at for longest, until all together have at most so many bytes.
    ///
    /// - Returns: the files that they had.
    public func shrink(to limit: Int64) throws(StorageError) -> [String] {
        var (left, removed) = (try size(), [String]())
        while left > limit {
            let oldest = try db.run(
                "SELECT id, size FROM remote_file WHERE file IS NOT NULL ORDER BY used_at, id LIMIT \(Self.batch)"
            )
            if oldest.isEmpty { break }
            var ids: [RemoteFile.ID] = []
            for row in oldest where left > limit {
                ids.append(try row["id"])
                let size: Int64 = try row["size"]
                left -= size
            }
            removed += try remove(ids)
        }
        return removed
    }

    /// Forgets those that were asked for before a time, at most so many.
    ///
    /// - Returns: how many, and the files that they had.
    public func removeAll(fetchedBefore time: Timestamp, limit: Int) throws(StorageError) -> (
        count: Int, files: [String]
    ) {
        let rows = try db.run(
            "SELECT id FROM remote_file WHERE fetched_at < \(time) ORDER BY fetched_at, id LIMIT \(limit)"
        )
        var ids: [RemoteFile.ID] = []
        for row in rows { ids.append(try row["id"]) }
        return (ids.count, try remove(ids))
    }

    private func remove(_ ids: [RemoteFile.ID]) throws(StorageError) -> [String] {
        guard !ids.isEmpty else { return [] }
        let rows = try db.run("DELETE FROM remote_file WHERE id IN (\(list: ids)) RETURNING file")
        var files: [String] = []
        for row in rows {
            let file: String? = try row["file"]
            if let file { files.append(file) }
        }
        return files
    }
}

extension SQLConnection {
    /// The `remote_file` table.
    public var remoteFiles: RemoteFileStore { RemoteFileStore(db: self) }
}

extension RemoteFile {
    init(row: SQLRow) throws(StorageError) {
        let (file, mediaType): (String?, String?) = (try row["file"], try row["media_type"])
        let size: Int64 = try row["size"]
        self.init(
            id: try row["id"],
            url: try row["url"],
            copy: file.map { Copy(file: $0, mediaType: mediaType ?? "", size: size) },
            fetchedAt: try row["fetched_at"],
            usedAt: try row["used_at"],
            againAt: try row["again_at"]
        )
    }
}
