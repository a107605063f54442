import Domain
import Outbox
import Peers
import Storage
import Vocabulary

/// Move: a peer's account says that its person is another now.
///
/// Spec: Activity Vocabulary section 3.1; as Mastodon does it: `object` is the actor itself, `target` the new account.
///
/// Both sides must say so: the actor by signing, the target by naming it in `alsoKnownAs`, which is fetched from its home
/// for this. Whom nobody here knows is not asked for. An account moves once in a cool-down, and not to one that has moved
/// within it, so that accounts which move to and fro cause little work, and a loop ends where it began.
struct MoveHandler: ActivityHandler {
    let directory: PeerDirectory
    let database: any SQLDatabase

    func mayFetch(_ incoming: Incoming) -> Bool { true }

    func prepare(_ incoming: Incoming) async throws -> Effect {
        let sender = incoming.sender
        guard incoming.objectURI == sender.uri else { return { _ in .ignored("somebody else's move") } }
        guard let uri = incoming.activity.target.flatMap({ try? URI($0) }), uri != sender.uri else {
            return { _ in .ignored("no target") }
        }
        let (last, isKnown, target) = try await database.read { db in
            (
                try db.moves.find(sender.id),
                try db.follows.isAnybody(touching: sender.id)
                    || !db.blocks.localBlockers(of: sender.id, limit: 1).isEmpty,
                try db.accounts.find(uri: uri)
            )
        }
        // The activity's own time counts, so that one that waited is judged as if it had not.
        if let last, !last.isOver(at: incoming.received.receivedAt) {
            return { _ in .ignored("moved lately") }
        }
        guard isKnown else { return { _ in .ignored("nobody here knows it") } }
        if target?.isLocal == true { return { application in try apply(application, toLocal: uri) } }
        guard let school = try await incoming.schoolAsking(uri.host, in: database) else {
            return { _ in .ignored("the target's server is no partner") }
        }
        let fresh = try await directory.refreshed(uri, for: school)
        return { application in
            guard let target = try fresh.store(in: application.db) else {
                return .ignored("the target is gone")
            }
            return try apply(application, to: target, saying: fresh.whereabouts)
        }
    }

    private func apply(_ application: Application, toLocal uri: URI) throws -> Handled {
        guard let target = try application.reachable(uri) else { return .ignored("the target is gone") }
        return try apply(application, to: target, saying: try application.db.moves.whereabouts(of: target.id))
    }

    private func apply(_ application: Application, to target: Account, saying whereabouts: Whereabouts) throws
        -> Handled
    {
        let sender = application.incoming.sender
        guard target.isActive else { return .ignored("the target is gone") }
        guard whereabouts.aliases.contains(sender.uri) else {
            return .ignored("the target does not name the account")
        }
        guard whereabouts.movedTo == nil else { return .ignored("the target has moved on") }
        let carrier = MoveCarrier(application.db, ids: application.ids, now: application.now)
        return try carrier.begin(from: sender, to: target) ? .applied : .ignored("moved lately")
    }
}
