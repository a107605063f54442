public import Domain
import Storage

extension Publisher {
    /// Likes or boosts a post that the account may see; doing it twice changes nothing.
    ///
    /// `kind`: `like` or `boost`; for an emoji see `react(with:to:as:)`.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func react(_ kind: Reaction.Kind, to post: Post.ID, as account: Account.ID) async throws {
        try await act(as: account, kind.rawValue) { action in try action.react(kind, to: post) }
    }

    /// Takes a like or boost back.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func undo(_ kind: Reaction.Kind, of post: Post.ID, as account: Account.ID) async throws {
        try await act(as: account, "undo-\(kind.rawValue)") { action in try action.undo(kind, of: post) }
    }
}

extension Action {
    func react(_ kind: Reaction.Kind, to id: Post.ID) throws {
        try refuseMoved()
        let (post, author) = try visiblePost(id)
        let isOwnFollowersPost = post.author == actor.id && post.audience == .followers
        guard kind == .like || post.audience.isForEverybody || isOwnFollowersPost else {
            throw OutboxError.notBoostable
        }
        if kind == .boost { try refuse(.boost, on: post) }
        let (activity, uri) = enqueuer.issue()
        let reaction = Reaction(
            id: ids.next(),
            kind: kind,
            account: actor.id,
            post: id,
            uri: uri,
            createdAt: now
        )
        guard try db.reactions.insert(reaction) else { return }
        if kind == .boost { try db.timelines.add(reaction, to: try localSchools()) }
        try notify(author, kind == .like ? .like : .boost, post: id)
        let document =
            kind == .like
            ? ActivityDocument.like(uri, actor: actor, object: post.uri, author: author.uri)
            : ActivityDocument.announce(
                uri,
                actor: actor,
                object: post.uri,
                boostAddressing(post, author),
                at: now
            )
        try enqueuer.enqueue(
            document,
            id: activity,
            uri: uri,
            actor: actor,
            type: kind == .like ? "Like" : "Announce",
            object: uri,
            post: id,
            isPublic: kind == .boost && post.audience.isForEverybody && !post.isLocalOnly,
            recipients: try recipients(of: kind, to: post, author)
        )
    }

    func undo(_ kind: Reaction.Kind, of id: Post.ID) throws {
        guard let reaction = try db.reactions.find(kind, by: actor.id, to: id),
            let post = try db.posts.find(id),
            let author = try db.accounts.find(post.author)
        else { return }
        try db.reactions.remove(reaction.id)
        if kind == .boost { try db.timelines.remove(reaction) }
        if author.isLocal {
            try db.notices.remove(kind == .like ? .like : .boost, to: author.id, from: actor.id, post: id)
        }
        let (activity, uri) = enqueuer.issue()
        let addressing = kind == .like ? Addressing(to: [author.uri]) : boostAddressing(post, author)
        try enqueuer.enqueue(
            ActivityDocument.undo(
                uri,
                actor: actor,
                type: kind == .like ? "Like" : "Announce",
                of: reaction.uri,
                object: post.uri,
                addressing
            ),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Undo",
            object: reaction.uri,
            recipients: try recipients(
                of: kind,
                to: post,
                author,
                earlier: try db.deliveries.inboxes(sent: reaction.uri)
            )
        )
    }

    private func boostAddressing(_ post: Post, _ author: Account) -> Addressing {
        let everybody = Addressing(.public, author: actor, mentioned: [author])
        return post.audience.isForEverybody
            ? everybody : Addressing(.followers, author: actor, mentioned: [author])
    }

    private func recipients(
        of kind: Reaction.Kind,
        to post: Post,
        _ author: Account,
        earlier: [URI] = []
    ) throws -> [Recipient] {
        if post.isLocalOnly { return [] }
        return try resolver.inboxes(
            kind == .like ? .direct : .followers,
            author: actor,
            addressed: [author],
            earlier: earlier
        )
    }
}
