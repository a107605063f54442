import Domain
import Storage
import Vocabulary

/// Like of a post that the sender may see; one that has an emoji, as Misskey sends them, is an emoji reaction.
///
/// Spec: ActivityPub 7.10.
struct LikeHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard let object = incoming.objectURI else { return { _ in .ignored("no object") } }
        let emoji = incoming.activity.reactionEmoji(by: incoming.sender)
        return { application in try application.react(emoji == nil ? .like : .emoji, emoji, to: object) }
    }
}
