import Domain
import Storage
import Vocabulary

/// Undo of a Follow, Block, Like, EmojiReact or Announce by whoever did it.
///
/// Spec: ActivityPub 7.13.
///
/// An Undo that overtakes what it undoes leaves a tombstone under its id.
struct UndoHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        let embedded = incoming.activity.object.embedded
        let object = embedded?["object"]?.id.flatMap { try? URI($0) }
        let type = embedded?["type"]?.string
        let emoji = embedded.flatMap { try? Activity($0) }?.reactionEmoji(by: incoming.sender)
        guard incoming.objectURI != nil || object != nil else { return { _ in .ignored("no object") } }
        let uri = incoming.objectURI
        return { application in try apply(application, uri, type, object, emoji) }
    }

    private func apply(
        _ application: Application,
        _ uri: URI?,
        _ type: String?,
        _ object: URI?,
        _ emoji: ReactionEmoji?
    ) throws -> Handled {
        let db = application.db
        let sender = application.incoming.sender
        if let follow = try find(followBy: application, uri, type, object) {
            guard follow.follower == sender.id else { return .ignored("somebody else's follow") }
            try db.follows.remove(follow.id)
            try db.notices.remove(.follow, to: follow.followed, from: sender.id, post: nil)
            try db.notices.remove(.followRequest, to: follow.followed, from: sender.id, post: nil)
            return .applied
        }
        if let block = try find(blockBy: application, uri, type, object) {
            guard block.blocker == sender.id else { return .ignored("somebody else's block") }
            try db.blocks.remove(block.id)
            return .applied
        }
        if let reaction = try find(reactionBy: application, uri, type, object, emoji) {
            guard reaction.account == sender.id else { return .ignored("somebody else's reaction") }
            try undo(reaction, in: db)
            return .applied
        }
        guard let uri, uri.origin == sender.uri.origin else { return .ignored("nothing to undo") }
        try db.tombstones.bury(uri, by: sender.uri, at: application.now)
        return .applied
    }

    private func undo(_ reaction: Reaction, in db: any SQLConnection) throws {
        try db.reactions.remove(reaction.id)
        if reaction.kind == .boost { try db.timelines.remove(reaction) }
        guard let post = try db.posts.find(reaction.post) else { return }
        if reaction.kind == .emoji, try db.reactions.countEmojis(by: reaction.account, to: post.id) > 0 {
            return
        }
        try db.notices.remove(reaction.kind.notice, to: post.author, from: reaction.account, post: post.id)
    }

    /// By id; without one, by who follows whom.
    private func find(followBy application: Application, _ uri: URI?, _ type: String?, _ object: URI?) throws
        -> Follow?
    {
        if let uri, let follow = try application.db.follows.find(uri: uri) { return follow }
        guard type == "Follow", let object, let followed = try application.db.accounts.find(uri: object)
        else { return nil }
        return try application.db.follows.find(
            follower: application.incoming.sender.id,
            followed: followed.id
        )
    }

    private func find(blockBy application: Application, _ uri: URI?, _ type: String?, _ object: URI?) throws
        -> Block?
    {
        if let uri, let block = try application.db.blocks.find(uri: uri) { return block }
        guard type == "Block", let object, let blocked = try application.db.accounts.find(uri: object)
        else { return nil }
        return try application.db.blocks.find(blocker: application.incoming.sender.id, blocked: blocked.id)
    }

    private func find(
        reactionBy application: Application,
        _ uri: URI?,
        _ type: String?,
        _ object: URI?,
        _ emoji: ReactionEmoji?
    ) throws -> Reaction? {
        if let uri, let reaction = try application.db.reactions.find(uri: uri) { return reaction }
        let kind: Reaction.Kind? =
            switch type {
            case "Like": emoji == nil ? .like : .emoji
            case "EmojiReact": emoji == nil ? nil : .emoji
            case "Announce": .boost
            default: nil
            }
        guard let object, let kind, let post = try application.db.posts.find(uri: object) else { return nil }
        return try application.db.reactions.find(
            kind,
            by: application.incoming.sender.id,
            to: post.id,
            with: kind == .emoji ? emoji : nil
        )
    }
}
