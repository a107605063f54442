public import Domain

/// The `post_attachment` table: pictures, films, recordings and files of posts, in their order.
public struct PostAttachmentStore {
    let db: any SQLConnection

    /// Adds attachments to a post that has none.
    func insert(_ attachments: [Post.Attachment], to post: Post.ID) throws(StorageError) {
        for (position, attachment) in attachments.enumerated() {
            try db.run(
                """
                INSERT INTO post_attachment (post_id, position, kind, media_type, url, preview, description,
                    focus_x, focus_y, blurhash, width, height, upload_id)
                VALUES (\(post), \(position), \(attachment.kind), \(attachment.mediaType), \(attachment.url),
                    \(attachment.preview), \(attachment.description), \(attachment.focus?.x),
                    \(attachment.focus?.y), \(attachment.blurhash), \(attachment.width), \(attachment.height),
                    \(attachment.upload))
                """
            )
        }
    }

    /// Removes what is attached to posts.
    func removeAll(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM post_attachment WHERE post_id IN (\(list: posts))")
    }

    /// What is attached to a post, in order.
    public func find(of post: Post.ID) throws(StorageError) -> [Post.Attachment] {
        try find(of: [post])[post] ?? []
    }

    /// What is attached to each of some posts, in order; a post without attachments is not there.
    public func find(of posts: [Post.ID]) throws(StorageError) -> [Post.ID: [Post.Attachment]] {
        guard !posts.isEmpty else { return [:] }
        var found: [Post.ID: [Post.Attachment]] = [:]
        let rows = try db.run(
            "SELECT * FROM post_attachment WHERE post_id IN (\(list: posts)) ORDER BY post_id, position"
        )
        for row in rows { found[try row["post_id"], default: []].append(try Post.Attachment(row: row)) }
        return found
    }
}

extension SQLConnection {
    /// The `post_attachment` table.
    public var postAttachments: PostAttachmentStore { PostAttachmentStore(db: self) }
}

extension Post.Attachment {
    init(row: SQLRow) throws(StorageError) {
        let (x, y): (Double?, Double?) = (try row["focus_x"], try row["focus_y"])
        self.init(
            try row["kind"],
            mediaType: try row["media_type"],
            url: try row["url"],
            preview: try row["preview"],
            description: try row["description"],
            focus: x.flatMap { x in y.flatMap { Focus(x: x, y: $0) } },
            blurhash: try row["blurhash"],
            width: try row["width"],
            height: try row["height"],
            upload: try row["upload_id"]
        )
    }
}
