public import Domain

/// The `upload` table: what people have uploaded; the files themselves are in the media folder.
public struct UploadStore {
    let db: any SQLConnection

    /// Adds an upload.
    public func insert(_ upload: Upload) throws(StorageError) {
        try db.run(
            """
            INSERT INTO upload (id, account_id, kind, media_type, key, file, preview_file, size, description, focus_x,
                focus_y, blurhash, width, height, post_id,
                portrait, created_at)
            VALUES (\(upload.id), \(upload.account), \(upload.kind), \(upload.mediaType), \(upload.key),
                \(upload.file), \(upload.previewFile), \(upload.size), \(upload.description), \(upload.focus?.x),
                \(upload.focus?.y), \(upload.blurhash), \(upload.width), \(upload.height), \(upload.post), \(upload.portrait),
                \(upload.createdAt))
            """
        )
    }

    /// An account's own upload.
    public func find(_ id: Upload.ID, of account: Account.ID) throws(StorageError) -> Upload? {
        try db.run("SELECT * FROM upload WHERE id = \(id) AND account_id = \(account)")
            .decoded(Upload.init(row:)).first
    }

    /// The uploads of some posts.
    public func find(of posts: [Post.ID]) throws(StorageError) -> [Post.ID: [Upload]] {
        guard !posts.isEmpty else { return [:] }
        let found = try db.run("SELECT * FROM upload WHERE post_id IN (\(list: posts)) ORDER BY id")
            .decoded(Upload.init(row:))
        var uploads: [Post.ID: [Upload]] = [:]
        for upload in found { if let post = upload.post { uploads[post, default: []].append(upload) } }
        return uploads
    }

    /// An account's own pictures.
    public func portraits(of account: Account.ID) throws(StorageError) -> [Upload] {
        try db.run("SELECT * FROM upload WHERE account_id = \(account) AND portrait IS NOT NULL ORDER BY id")
            .decoded(Upload.init(row:))
    }

    /// How many bytes an account has uploaded that no post has yet, and in how many uploads.
    public func unused(of account: Account.ID) throws(StorageError) -> (count: Int, bytes: Int64) {
        let row = try db.run(
            """
            SELECT COUNT(*) AS n, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM upload
            WHERE account_id = \(account) AND post_id IS NULL AND portrait IS NULL
            """
        ).first
        return (try row?["n"] ?? 0, try row?["bytes"] ?? 0)
    }

    /// Writes what an upload's owner says of it, to the post that has it too.
    public func describe(_ upload: Upload) throws(StorageError) {
        try db.run(
            """
            UPDATE upload SET description = \(upload.description), focus_x = \(upload.focus?.x),
                focus_y = \(upload.focus?.y)
            WHERE id = \(upload.id)
            """
        )
    }

    /// Gives an upload to a post, once.
    ///
    /// - Returns: false, with nothing changed, when another post has it.
    public func attach(_ id: Upload.ID, to post: Post.ID) throws(StorageError) -> Bool {
        try !db.run(
            """
            UPDATE upload SET post_id = \(post)
            WHERE id = \(id) AND (post_id IS NULL AND portrait IS NULL OR post_id = \(post)) RETURNING id
            """
        ).isEmpty
    }

    /// Makes an upload that nothing has its account's picture, in place of the one before.
    ///
    /// - Returns: the upload; nil, with nothing changed, when it is not the account's or something has it.
    public func use(_ id: Upload.ID, of account: Account.ID, as portrait: Upload.Portrait)
        throws(StorageError)
        -> Upload?
    {
        let unused = try find(id, of: account)
        guard let unused, unused.post == nil, unused.portrait == nil else { return nil }
        try remove(portrait, of: account)
        return try db.run(
            """
            UPDATE upload SET portrait = \(portrait) WHERE id = \(id) AND post_id IS NULL AND portrait IS NULL RETURNING *
            """
        ).decoded(Upload.init(row:)).first
    }

    /// Takes an account's picture away.
    public func remove(_ portrait: Upload.Portrait, of account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM upload WHERE account_id = \(account) AND portrait = \(portrait)")
    }

    /// Removes everything of an account that no post has.
    func removeAll(of account: Account.ID) throws(StorageError) {
        try db.run(
            "DELETE FROM upload WHERE account_id = \(account) AND post_id IS NULL AND portrait IS NULL"
        )
        try db.run("DELETE FROM upload WHERE account_id = \(account) AND portrait IS NOT NULL")
    }

    /// Removes one that no post and no draft has.
    ///
    /// - Returns: false when one has it.
    public func removeUnused(_ id: Upload.ID, of account: Account.ID) throws(StorageError) -> Bool {
        try !db.run(
            """
            DELETE FROM upload WHERE id = \(id) AND account_id = \(account) AND post_id IS NULL AND portrait IS NULL
                AND NOT EXISTS (SELECT 1 FROM draft_upload d WHERE d.upload_id = upload.id)
            RETURNING id
            """
        ).isEmpty
    }

    /// Removes those that no post has had since before a time, and no draft holds; at most so many.
    ///
    /// - Returns: how many were removed.
    public func removeUnused(before time: Timestamp, limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM upload WHERE id IN (
                SELECT id FROM upload WHERE post_id IS NULL AND portrait IS NULL AND created_at < \(time)
                    AND NOT EXISTS (SELECT 1 FROM draft_upload d WHERE d.upload_id = upload.id)
                ORDER BY created_at LIMIT \(limit))
            RETURNING id
            """
        ).count
    }

    /// Removes the uploads of posts: from then on their addresses lead nowhere.
    func removeAll(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM upload WHERE post_id IN (\(list: posts))")
    }

    /// The upload with a key at a school, and whether everybody may see what it belongs to; nil when its owner is suspended or gone.
    public func served(_ key: String, at school: School.ID) throws(StorageError) -> (
        Upload, isForEverybody: Bool
    )? {
        let rows = try db.run(
            """
            SELECT u.*, p.audience AS audience FROM upload u JOIN account a ON a.id = u.account_id
                LEFT JOIN post p ON p.id = u.post_id
            WHERE u.key = \(key) AND a.school_id = \(school) AND a.suspended_at IS NULL AND a.gone_at IS NULL
            """
        )
        guard let row = rows.first else { return nil }
        let audience: Audience? = try row["audience"]
        let upload = try Upload(row: row)
        return (upload, upload.portrait != nil || audience?.isForEverybody ?? false)
    }

    /// Whether any upload has a file, as it is served or as its preview.
    public func needs(file: String) throws(StorageError) -> Bool {
        try !db.run(
            """
            SELECT 1 AS n FROM upload WHERE file = \(file)
            UNION ALL SELECT 1 AS n FROM upload WHERE preview_file = \(file)
            UNION ALL SELECT 1 AS n FROM remote_file WHERE file = \(file) LIMIT 1
            """
        ).isEmpty
    }
}

extension SQLConnection {
    /// The `upload` table.
    public var uploads: UploadStore { UploadStore(db: self) }
}

extension Upload {
    init(row: SQLRow) throws(StorageError) {
        let (x, y): (Double?, Double?) = (try row["focus_x"], try row["focus_y"])
        self.init(
            id: try row["id"],
            account: try row["account_id"],
            kind: try row["kind"],
            mediaType: try row["media_type"],
            key: try row["key"],
            file: try row["file"],
            previewFile: try row["preview_file"],
            size: try row["size"],
            description: try row["description"],
            focus: x.flatMap { x in y.flatMap { Post.Attachment.Focus(x: x, y: $0) } },
            blurhash: try row["blurhash"],
            width: try row["width"],
            height: try row["height"],
            post: try row["post_id"],
            portrait: try row["portrait"],
            createdAt: try row["created_at"]
        )
    }
}
