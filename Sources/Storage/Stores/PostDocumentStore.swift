public import Domain

/// The `post_document` table: the JSON of posts whose type is none that we know, as their homes wrote it.
///
/// It is never shown as it is.
public struct PostDocumentStore {
    let db: any SQLConnection

    /// The longest document that is kept, in bytes; of a longer one there is none.
    public static let longest = 65_536

    /// Keeps a post's document instead of the one before; one that is too long removes that, and is not kept.
    public func set(_ json: String, of post: Post.ID) throws(StorageError) {
        guard json.utf8.count <= Self.longest else { return try removeAll(of: [post]) }
        try db.run(
            """
            INSERT INTO post_document (post_id, json) VALUES (\(post), \(json))
            ON CONFLICT (post_id) DO UPDATE SET json = excluded.json
            """
        )
    }

    /// A post's document.
    public func find(of post: Post.ID) throws(StorageError) -> String? {
        try db.run("SELECT json FROM post_document WHERE post_id = \(post)").first?["json"]
    }

    /// Removes the documents of posts.
    func removeAll(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM post_document WHERE post_id IN (\(list: posts))")
    }
}

extension SQLConnection {
    /// The `post_document` table.
    public var postDocuments: PostDocumentStore { PostDocumentStore(db: self) }
}
