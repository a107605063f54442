import Domain
import Outbox
import Storage

/// Follow: somebody wants to see a local account's posts.
///
/// Spec: ActivityPub 7.5.
///
/// Answered with Reject where a block stands between the two or the account has moved, with Accept at once, or kept as a wish until the account
/// answers when it approves its followers or the follower is limited.
struct FollowHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard let object = incoming.objectURI else { return { _ in .ignored("no object") } }
        return { application in try apply(application, object) }
    }

    private func apply(_ application: Application, _ object: URI) throws -> Handled {
        let db = application.db
        let received = application.incoming.received
        if try application.isUndone() { return .ignored("undone before it arrived") }
        guard let followed = try application.reachable(object), let schoolID = followed.school,
            let school = application.incoming.schools.first(where: { $0.id == schoolID })
        else { return .ignored("not an account of ours") }
        let sender = application.incoming.sender
        let enqueuer = ActivityEnqueuer(db, ids: application.ids, school: school, now: application.now)
        if try application.isParted(followed) {
            try enqueuer.refuse(received.uri, by: followed, to: sender)
            return .ignored("a block stands between them")
        }
        if try db.moves.target(of: followed.id) != nil {
            try enqueuer.refuse(received.uri, by: followed, to: sender)
            return .ignored("the account has moved")
        }
        let follow = try db.follows.insert(
            Follow(
                id: application.ids.next(),
                follower: sender.id,
                followed: followed.id,
                uri: received.uri,
                state: followed.approvesFollowers || sender.isLimited ? .pending : .accepted,
                createdAt: application.now
            )
        )
        guard follow.state == .accepted else {
            try application.notify(followed, .followRequest)
            return .applied
        }
        try application.notify(followed, .follow)
        try enqueuer.answer(follow, from: followed, to: sender, accepts: true)
        return .applied
    }
}
