public import Domain

/// Finds what is missing in a thread, and what might be fetched for it.
struct ThreadGaps {
    let db: any SQLConnection
    let viewer: Viewer
    /// What the viewer is shown above the post, the first of the thread first.
    let ancestors: [Post]
    let post: Post
    let descendants: [Post]
    /// Whether there is more below than is shown.
    let isCutBelow: Bool

    private var top: Post { ancestors.first ?? post }

    /// The gaps: at most one above, and one below each post.
    ///
    /// A fixed number of queries. What is here and not for the viewer is told of as what is for few elsewhere.
    ///
    /// None for who is not signed in, and so is shown nothing of other servers', whether it is here or not.
    func find() throws(StorageError) -> [ThreadGap] {
        guard let school = viewer.school else { return [] }
        let missing = top.inReplyTo.map { [$0] } ?? []
        let known = try db.run("SELECT * FROM post WHERE uri IN (\(list: missing))").decoded(Post.init(row:))
            .first
        let parents = try db.errands.reasons(.parent, missing, for: school)
        let shown = [post] + descendants
        let replies = try db.errands.reasons(.replies, ([top] + shown).map(\.uri), for: school)
        var gaps = missing.map { above($0, known, parents[$0]) }
        if isCutBelow { gaps.append(ThreadGap(.below, of: post.id, .tooManyPosts)) }
        var seen: Set<Post.ID> = []
        for post in [top] + shown where seen.insert(post.id).inserted {
            if let reason = replies[post.uri] { gaps.append(ThreadGap(.below, of: post.id, reason)) }
        }
        return gaps
    }

    private func above(_ uri: URI, _ known: Post?, _ reason: ThreadGap.Reason?) -> ThreadGap {
        guard let known else { return ThreadGap(.above, of: top.id, uri: uri, reason ?? .waiting) }
        let isShown = known.id == post.id || (ancestors + descendants).contains { $0.id == known.id }
        if isShown { return ThreadGap(.above, of: top.id, .loop) }
        if known.deletedAt != nil, known.audience.isForEverybody {
            return ThreadGap(.above, of: top.id, .gone)
        }
        // It is here: either more of the chain is, or it is not for the viewer.
        return ThreadGap(
            .above,
            of: top.id,
            ancestors.count >= ThreadView.maximumAncestors ? .tooDeep : .notForEverybody
        )
    }
}

extension PostThread {
    /// What may be fetched so that less is missing, on behalf of a school: what leads to the thread, and the answers to
    /// the post and to the first of the thread.
    ///
    /// What answers a post of ours is sent to us.
    public func errands(for school: School.ID) -> [Errand] {
        let top = ancestors.first ?? post
        var errands: [Errand] = []
        for gap in gaps where gap.place == .above {
            if let uri = gap.uri { errands.append(Errand(.parent, uri, for: school)) }
        }
        errands += [post].filter { !$0.author.isLocal }.map { Errand(.replies, $0.post.uri, for: school) }
        if top.post.id != post.post.id, !top.author.isLocal {
            errands.append(Errand(.replies, top.post.uri, for: school))
        }
        return errands
    }
}
