import Domain
import Storage

/// Block: somebody wants nothing to do with one of ours.
///
/// Spec: ActivityPub 6.9. It says that a Block should not be sent; servers do send it, so that the blocked account's
/// server can keep to it.
struct BlockHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard let object = incoming.objectURI else { return { _ in .ignored("no object") } }
        return { application in try apply(application, object) }
    }

    private func apply(_ application: Application, _ object: URI) throws -> Handled {
        let db = application.db
        let received = application.incoming.received
        if try application.isUndone() { return .ignored("undone before it arrived") }
        guard let blocked = try application.reachable(object) else {
            return .ignored("not an account of ours")
        }
        let block = Block(
            id: application.ids.next(),
            blocker: application.incoming.sender.id,
            blocked: blocked.id,
            uri: received.uri,
            createdAt: application.now
        )
        return try db.blocks.insert(block) ? .applied : .ignored("known already")
    }
}
