public import Domain

/// The posts around one of ours, as its collections tell other servers of them.
///
/// Newest first, and only what the viewer may see: of what came in from peers a server is told its own alone.
public struct PostCollectionView {
    let db: any SQLConnection

    /// Which posts.
    public enum Which: Sendable, Hashable {
        /// What answers a post.
        case answers(to: URI)
        /// What accounts of ours wrote in a conversation.
        case conversation(URI)
    }

    /// A page of them.
    public func page(_ which: Which, for viewer: Viewer, before: Post.ID?, limit: Int) throws(StorageError)
        -> [Post]
    {
        try db.run(
            """
            SELECT p.* FROM post p JOIN account w ON w.id = p.account_id
            WHERE \(fragment: Self.condition(which)) AND p.id < \(before ?? Post.ID(rawValue: .max))
                AND \(fragment: VisibilitySQL.condition(for: viewer))
            ORDER BY p.id DESC LIMIT \(limit)
            """
        ).decoded(Post.init(row:))
    }

    /// How many there are.
    public func count(_ which: Which, for viewer: Viewer) throws(StorageError) -> Int {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM post p JOIN account w ON w.id = p.account_id
            WHERE \(fragment: Self.condition(which)) AND \(fragment: VisibilitySQL.condition(for: viewer))
            """
        ).count("n")
    }

    private static func condition(_ which: Which) -> SQL {
        switch which {
        case .answers(let uri): "p.in_reply_to = \(uri)"
        case .conversation(let uri): "p.conversation = \(uri) AND p.school_id IS NOT NULL"
        }
    }
}

extension SQLConnection {
    /// The collections of posts.
    public var postCollections: PostCollectionView { PostCollectionView(db: self) }
}
