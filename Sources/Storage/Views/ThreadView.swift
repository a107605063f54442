public import Domain

/// A post's thread: what it answers, and what answers it.
public struct ThreadView {
    let db: any SQLConnection

    private static let maximumAncestors = 40
    private static let maximumDescendants = 200

    /// The thread around a post, of what the viewer may see; nil when the viewer may not see the post itself.
    ///
    /// Chains that lead back to themselves end where they meet.
    public func thread(of id: Post.ID, for viewer: Viewer) throws(StorageError) -> PostThread? {
        guard let post = try db.posts.find(id), try db.sights.canSee(viewer, post) else { return nil }
        return PostThread(
            ancestors: try db.presenter.present(try ancestors(of: post, for: viewer), to: viewer),
            descendants: try descendants(of: post, for: viewer)
        )
    }

    private func ancestors(of post: Post, for viewer: Viewer) throws(StorageError) -> [Post] {
        var ancestors: [Post] = []
        var seen: Set<URI> = [post.uri]
        var next = post.inReplyTo
        while let uri = next, ancestors.count < Self.maximumAncestors, seen.insert(uri).inserted,
            let parent = try db.posts.find(uri: uri), try db.sights.canSee(viewer, parent)
        {
            ancestors.append(parent)
            next = parent.inReplyTo
        }
        return ancestors.reversed()
    }

    /// Depth first, so that an answer stands below what it answers.
    private func descendants(of post: Post, for viewer: Viewer) throws(StorageError) -> [PresentedPost] {
        var descendants: [PresentedPost] = []
        var seen: Set<URI> = [post.uri]
        var open = [post.uri]
        while let uri = open.popLast(), descendants.count < Self.maximumDescendants {
            let replies = try db.profiles.replies(to: uri, for: viewer)
                .filter { seen.insert($0.post.uri).inserted }
            descendants += replies.prefix(Self.maximumDescendants - descendants.count)
            open += replies.reversed().map(\.post.uri)
        }
        return descendants
    }
}

/// What stands around a post.
public struct PostThread: Sendable {
    /// What it answers, the first of the thread first.
    public let ancestors: [PresentedPost]
    /// What answers it.
    public let descendants: [PresentedPost]
}

extension SQLConnection {
    /// Threads.
    public var threads: ThreadView { ThreadView(db: self) }
}
