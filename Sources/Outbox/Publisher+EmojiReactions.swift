public import Domain
import Storage

extension Publisher {
    /// Answers a post that the account may see with an emoji: one of Unicode's, or `:name@host:` where somebody has
    /// answered the post with that picture before; at most eight of them.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func react(with emoji: String, to post: Post.ID, as account: Account.ID) async throws {
        try await act(as: account, "emoji") { action in try action.react(with: emoji, to: post) }
    }

    /// Takes an emoji reaction back.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func undoReaction(with emoji: String, to post: Post.ID, as account: Account.ID) async throws {
        try await act(as: account, "undo-emoji") { action in try action.undoReaction(with: emoji, to: post) }
    }
}

extension Action {
    func react(with text: String, to id: Post.ID) throws {
        try refuseMoved()
        let (post, author) = try visiblePost(id)
        guard let emoji = try emoji(text, on: id) else {
            throw OutboxError.badText(reason: "that is no emoji that can be used here")
        }
        let (activity, uri) = enqueuer.issue()
        let reaction = Reaction(
            id: ids.next(),
            kind: .emoji,
            account: actor.id,
            post: id,
            emoji: emoji,
            uri: uri,
            createdAt: now
        )
        let count = try db.reactions.countEmojis(by: actor.id, to: id)
        guard try db.reactions.insert(reaction) else { return }
        // After the insert: to repeat one of the eight is no error. Thrown away with the transaction.
        guard count < ReactionEmoji.maximumPerAccount else {
            throw OutboxError.pointless(
                reason: "at most \(ReactionEmoji.maximumPerAccount) emoji for one post"
            )
        }
        try notify(author, .emojiReaction, post: id)
        try enqueuer.enqueue(
            ActivityDocument.react(uri, actor: actor, object: post.uri, author: author.uri, emoji: emoji),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Like",
            object: uri,
            post: id,
            recipients: try enqueuer.recipients(to: author)
        )
    }

    func undoReaction(with text: String, to id: Post.ID) throws {
        guard let emoji = try emoji(text, on: id),
            let reaction = try db.reactions.find(.emoji, by: actor.id, to: id, with: emoji),
            let post = try db.posts.find(id), let author = try db.accounts.find(post.author)
        else { return }
        try db.reactions.remove(reaction.id)
        if try db.reactions.countEmojis(by: actor.id, to: id) == 0 {
            try db.notices.remove(.emojiReaction, to: author.id, from: actor.id, post: id)
        }
        let (activity, uri) = enqueuer.issue()
        try enqueuer.enqueue(
            ActivityDocument.undo(
                uri,
                actor: actor,
                type: "Like",
                of: reaction.uri,
                object: post.uri,
                Addressing(to: [author.uri])
            ),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Undo",
            object: reaction.uri,
            recipients: try enqueuer.recipients(to: author)
        )
    }

    private func emoji(_ text: String, on post: Post.ID) throws -> ReactionEmoji? {
        if let emoji = ReactionEmoji(unicode: text) { return emoji }
        let name = text.utf8.first == UInt8(ascii: ":") ? text : ":\(text):"
        return try db.reactions.picture(name, on: post)
    }
}
