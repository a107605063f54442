import Domain
import Outbox
import Storage
import Vocabulary

/// Accept and Reject of a Follow, or of a QuoteRequest, that one of ours sent.
///
/// Spec: ActivityPub 7.6, 7.7; FEP-044f.
///
/// Only the followed account's own answer counts, and only to a follow that we have, by somebody whose school allows it.
struct AnswerHandler: ActivityHandler {
    let accepts: Bool

    func prepare(_ incoming: Incoming) async throws -> Effect {
        let follow = incoming.objectURI
        let follower = incoming.activity.object.embedded?["actor"]?.id.flatMap { try? URI($0) }
        let stamp = incoming.activity.result.flatMap { try? URI($0) }
        return { application in
            if let follow, let quote = try application.db.quotes.find(request: follow) {
                return try answer(quote, application, stamp)
            }
            return try apply(application, follow, follower)
        }
    }

    /// The author of the quoted post has answered one of ours; everybody who has its post is told.
    private func answer(_ asked: Quote, _ application: Application, _ stamp: URI?) throws -> Handled {
        let db = application.db
        let sender = application.incoming.sender
        guard let account = try db.accounts.find(asked.account), let id = account.school,
            let school = application.incoming.schools.first(where: { $0.id == id }),
            let post = try db.posts.find(uri: asked.uri), post.deletedAt == nil
        else { return .ignored("no such quote") }
        guard try db.posts.find(uri: asked.quoted)?.author == sender.id else {
            return .ignored("not the quoted author")
        }
        var quote = asked
        if accepts {
            guard let stamp, stamp.origin == sender.uri.origin else {
                return .ignored("no approval of its own origin")
            }
            if try db.tombstones.isBuried(stamp, by: sender.uri) {
                return .ignored("taken back before it arrived")
            }
            quote.state = .accepted
            quote.stamp = stamp
        } else {
            quote.state = quote.state == .accepted ? .revoked : .rejected
        }
        guard quote != asked else { return .ignored("known already") }
        try db.quotes.set(quote)
        // Those who have the post saw no approval yet; a refusal changes nothing for them.
        if accepts || asked.state == .accepted {
            try ActivityEnqueuer(db, ids: application.ids, school: school, now: application.now)
                .tellQuote(of: post, by: account)
        }
        return .applied
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
            if follow.state == .pending { try application.haveFetchedPosts(for: school) }
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
