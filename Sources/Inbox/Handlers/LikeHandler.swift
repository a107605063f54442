import Domain
import Storage

/// Like of a post that the sender may see.
///
/// Spec: ActivityPub 7.10.
struct LikeHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard let object = incoming.objectURI else { return { _ in .ignored("no object") } }
        return { application in try apply(application, object) }
    }

    private func apply(_ application: Application, _ object: URI) throws -> Handled {
        let db = application.db
        let received = application.incoming.received
        if try db.tombstones.isBuried(received.uri, by: received.actor) {
            return .ignored("undone before it arrived")
        }
        guard let (post, author) = try application.visiblePost(object) else {
            return .ignored("no such post")
        }
        let reaction = Reaction(
            id: application.ids.next(),
            kind: .like,
            account: application.incoming.sender.id,
            post: post.id,
            uri: received.uri,
            createdAt: application.now
        )
        guard try db.reactions.insert(reaction) else { return .ignored("known already") }
        try application.notify(author, .like, post: post.id)
        return .applied
    }
}
