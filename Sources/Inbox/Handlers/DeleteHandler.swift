import Domain
import Storage

/// Delete of a post by its author, or of an actor by itself.
///
/// Spec: ActivityPub 7.4.
///
/// A Delete that overtakes its Create leaves a tombstone, so that the late Create is ignored.
struct DeleteHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard let uri = incoming.objectURI else { return { _ in .ignored("no object") } }
        return { application in try apply(application, uri) }
    }

    private func apply(_ application: Application, _ uri: URI) throws -> Handled {
        let db = application.db
        let sender = application.incoming.sender
        if uri == sender.uri {
            try db.buryAccount(sender.id, at: application.now)
            try db.peerKeys.replace(of: sender.uri, with: [])
            return .applied
        }
        guard let post = try db.posts.find(uri: uri) else {
            guard uri.origin == sender.uri.origin else { return .ignored("of another origin") }
            try db.tombstones.bury(uri, by: sender.uri, at: application.now)
            return .applied
        }
        guard post.author == sender.id else { return .ignored("somebody else's post") }
        try db.posts.bury(post.id, at: application.now)
        return .applied
    }
}
