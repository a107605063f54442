import Domain
import Storage
import Vocabulary

/// EmojiReact: somebody answers a post, which they may see, with an emoji.
///
/// Spec: LitePub's EmojiReact, as Pleroma and Akkoma send it.
struct EmojiReactHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard let object = incoming.objectURI else { return { _ in .ignored("no object") } }
        guard let emoji = incoming.activity.reactionEmoji(by: incoming.sender) else {
            return { _ in .ignored("no emoji") }
        }
        return { application in try application.react(.emoji, emoji, to: object) }
    }
}

extension Activity {
    /// The one emoji of a reaction; a picture must be named by a tag of its own.
    func reactionEmoji(by sender: Account) -> ReactionEmoji? {
        guard let text = misskeyReaction ?? content else { return nil }
        if let emoji = ReactionEmoji(unicode: text) { return emoji }
        guard text.utf8.count <= 512, text.utf8.first == UInt8(ascii: ":") else { return nil }
        let name = ReactionEmoji.name(in: text)
        guard let tag = emojis.first(where: { ReactionEmoji.name(in: $0.name) == name }),
            let image = try? URI(tag.image)
        else { return nil }
        let parts = text.filter { $0 != ":" || text.contains("@") }.split(separator: "@")
        let host = parts.count == 2 ? try? Host(String(parts[1].prefix { $0 != ":" })) : nil
        return ReactionEmoji(name: name, host: host ?? sender.host, image: image)
    }
}

extension Application {
    /// Writes a like or an emoji reaction of the sender's and tells the author.
    func react(_ kind: Reaction.Kind, _ emoji: ReactionEmoji?, to object: URI) throws -> Handled {
        let received = incoming.received
        if try isUndone() { return .ignored("undone before it arrived") }
        guard let (post, author) = try visiblePost(object) else { return .ignored("no such post") }
        if kind == .emoji {
            let count = try db.reactions.countEmojis(by: incoming.sender.id, to: post.id)
            guard count < ReactionEmoji.maximumPerAccount else { return .ignored("too many emoji") }
        }
        let reaction = Reaction(
            id: ids.next(),
            kind: kind,
            account: incoming.sender.id,
            post: post.id,
            emoji: emoji,
            uri: received.uri,
            createdAt: now
        )
        guard try db.reactions.insert(reaction) else { return .ignored("known already") }
        try notify(author, kind == .emoji ? .emojiReaction : .like, post: post.id)
        return .applied
    }
}
