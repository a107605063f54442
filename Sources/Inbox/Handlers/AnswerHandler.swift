import Domain
import Storage
import Vocabulary

/// Accept and Reject of a Follow that one of ours sent.
///
/// Spec: ActivityPub 7.6, 7.7.
///
/// Only the followed account's own answer counts, and only to a follow that we have, by somebody whose school allows it.
struct AnswerHandler: ActivityHandler {
    let accepts: Bool

    func prepare(_ incoming: Incoming) async throws -> Effect {
        let follow = incoming.objectURI
        let follower = incoming.activity.object.embedded?["actor"]?.id.flatMap { try? URI($0) }
        return { application in try apply(application, follow, follower) }
    }

    private func apply(_ application: Application, _ uri: URI?, _ follower: URI?) throws -> Handled {
        let db = application.db
        guard let follow = try find(application, uri, follower) else { return .ignored("no such follow") }
        guard follow.followed == application.incoming.sender.id else {
            return .ignored("not the followed account")
        }
        guard let school = try db.accounts.find(follow.follower)?.school, application.schools.contains(school)
        else { return .ignored("no such follow") }
        if accepts {
            try db.follows.accept(follow.id)
        } else {
            try db.follows.remove(follow.id)
            try db.timelines.remove(author: follow.followed, from: follow.follower)
        }
        return .applied
    }

    /// By the Follow's id; some servers answer with a Follow of their own making, then by who follows whom.
    private func find(_ application: Application, _ uri: URI?, _ follower: URI?) throws -> Follow? {
        if let uri, let follow = try application.db.follows.find(uri: uri) { return follow }
        guard let follower, let account = try application.reachable(follower) else { return nil }
        return try application.db.follows.find(follower: account.id, followed: application.incoming.sender.id)
    }
}
