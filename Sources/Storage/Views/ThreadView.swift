public import Domain

/// A post's thread: what it answers, and what answers it.
public struct ThreadView {
    let db: any SQLConnection

    static let maximumAncestors = 40
    private static let maximumDescendants = 200

    /// The thread around a post, of what the viewer may see; nil when the viewer may not see the post itself.
    ///
    /// A fixed number of queries, whatever the shape of the thread. A post that the viewer may not see ends its
    /// branch. Chains that lead back to themselves end where they meet.
    public func thread(of id: Post.ID, for viewer: Viewer) throws(StorageError) -> PostThread? {
        guard let post = try db.posts.find(id), try db.sights.canSee(viewer, post) else { return nil }
        let ancestors = try ancestors(of: post, for: viewer)
        let (descendants, isCut) = try descendants(of: post, for: viewer)
        let gaps = try ThreadGaps(
            db: db,
            viewer: viewer,
            ancestors: ancestors,
            post: post,
            descendants: descendants,
            isCutBelow: isCut
        ).find()
        let shown = try db.presenter.present(ancestors + [post] + descendants, to: viewer)
        guard let place = shown.firstIndex(where: { $0.post.id == id }) else { return nil }
        return PostThread(
            ancestors: Array(shown[..<place]),
            post: shown[place],
            descendants: Array(shown[(place + 1)...]),
            gaps: gaps
        )
    }

    private func ancestors(of post: Post, for viewer: Viewer) throws(StorageError) -> [Post] {
        guard let parent = post.inReplyTo else { return [] }
        let found = try db.run(
            """
            WITH RECURSIVE chain (id, parent) AS (
                SELECT p.id, p.in_reply_to FROM post p JOIN account w ON w.id = p.account_id
                WHERE p.uri = \(parent) AND \(fragment: VisibilitySQL.condition(for: viewer))
                UNION
                SELECT p.id, p.in_reply_to FROM chain c JOIN post p ON p.uri = c.parent
                    JOIN account w ON w.id = p.account_id
                WHERE \(fragment: VisibilitySQL.condition(for: viewer)))
            SELECT p.* FROM (SELECT id FROM chain LIMIT \(Self.maximumAncestors)) c JOIN post p ON p.id = c.id
            """
        ).decoded(Post.init(row:))
        let byURI = Dictionary(found.map { ($0.uri, $0) }) { first, _ in first }
        var chain: [Post] = []
        var seen: Set<URI> = [post.uri]
        var next = post.inReplyTo
        while let uri = next, let parent = byURI[uri], seen.insert(uri).inserted {
            chain.append(parent)
            next = parent.inReplyTo
        }
        return chain.reversed()
    }

    /// Depth first: what answers a post stands directly below it; what whom the viewer has muted says ends its branch.
    private func descendants(of post: Post, for viewer: Viewer) throws(StorageError) -> (
        shown: [Post], isCut: Bool
    ) {
        let found = try db.run(
            """
            WITH RECURSIVE branch (id, uri) AS (
                SELECT p.id, p.uri FROM post p WHERE p.id = \(post.id)
                UNION
                SELECT p.id, p.uri FROM branch b JOIN post p ON p.in_reply_to = b.uri
                    JOIN account w ON w.id = p.account_id
                WHERE \(fragment: VisibilitySQL.condition(for: viewer))
                    AND \(fragment: MuteSQL.isHeard(column: "p.account_id", by: viewer)))
            SELECT p.* FROM (SELECT id FROM branch LIMIT \(Self.maximumDescendants + 2)) b JOIN post p ON p.id = b.id
            """
        ).decoded(Post.init(row:))
        let answers = Dictionary(grouping: found.filter { $0.id != post.id }) { $0.inReplyTo }
            .mapValues { $0.sorted { $0.id < $1.id } }
        var below: [Post] = []
        var open = (answers[post.uri] ?? []).reversed() as [Post]
        while let next = open.popLast() {
            below.append(next)
            open += (answers[next.uri] ?? []).reversed()
        }
        let isCut = below.count > Self.maximumDescendants
        return (Array(below.prefix(Self.maximumDescendants)), isCut)
    }
}

/// What stands around a post.
public struct PostThread: Sendable {
    /// What it answers, the first of the thread first.
    public let ancestors: [PresentedPost]
    /// The post itself.
    public let post: PresentedPost
    /// What answers it, each below what it answers.
    public let descendants: [PresentedPost]
    /// What is missing, and why.
    public let gaps: [ThreadGap]
}

extension SQLConnection {
    /// Threads.
    public var threads: ThreadView { ThreadView(db: self) }
}
