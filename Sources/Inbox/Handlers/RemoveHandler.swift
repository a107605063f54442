import Domain
import Storage

/// Remove from the actor's own `featured` collection: it takes a pin away.
///
/// Spec: ActivityPub 7.9.
struct RemoveHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard incoming.isAboutFeatured else { return { _ in .ignored("not the actor's own pins") } }
        guard let object = incoming.objectURI else { return { _ in .ignored("no object") } }
        return { application in try apply(application, object) }
    }

    private func apply(_ application: Application, _ object: URI) throws -> Handled {
        let db = application.db
        guard let post = try db.posts.find(uri: object) else { return .ignored("no such post") }
        guard post.author == application.incoming.sender.id else { return .ignored("somebody else's post") }
        return try db.pins.remove(post.id) ? .applied : .ignored("not pinned")
    }
}
