import Domain
import Peers
import Storage
import Vocabulary

/// Announce: somebody boosts a post.
///
/// Spec: ActivityPub 7.11.
///
/// A post that is not known is fetched from its own origin, on behalf of a school that allows that host. Only public
/// and unlisted posts are boosted, except by their own author.
struct AnnounceHandler: ActivityHandler {
    let directory: PeerDirectory
    let database: any SQLDatabase

    func mayFetch(_ incoming: Incoming) -> Bool { true }

    func prepare(_ incoming: Incoming) async throws -> Effect {
        let wrapped = incoming.activity.object.embedded.flatMap { try? Activity($0) }
        if let wrapped, case .unknown = wrapped.type {
        } else if let wrapped {
            return try await prepare(incoming, wrapping: wrapped)
        }
        guard let object = incoming.objectURI else { return { _ in .ignored("no object") } }
        return try await prepare(incoming, boosting: object)
    }

    /// Takes what a group tells its followers of what its members did (FEP-1b12).
    ///
    /// Only which object it is about is taken from that; the object itself comes from its own home.
    private func prepare(_ incoming: Incoming, wrapping wrapped: Activity) async throws -> Effect {
        guard let object = wrapped.object.id.flatMap({ try? URI($0) }) else {
            return { _ in .ignored("no object") }
        }
        switch wrapped.type {
        case .create: return try await prepare(incoming, boosting: object)
        case .update:
            guard try await database.read({ try $0.posts.find(uri: object) != nil }) else {
                return { _ in .ignored("no such post") }
            }
            guard let fetched = try await fetch(object, for: incoming) else {
                return { _ in .ignored("the object cannot be had from its home") }
            }
            return { application in try fetched.note.edit(in: application, as: fetched.author) }
        case .delete: return try await prepare(incoming, deleting: object)
        default: return { _ in .ignored("a group's word for what somebody else did") }
        }
    }

    /// A group's word that a post was deleted counts when its home says so too.
    private func prepare(_ incoming: Incoming, deleting object: URI) async throws -> Effect {
        let known = try await database.read { try $0.posts.find(uri: object) }
        guard let known, known.deletedAt == nil else { return { _ in .ignored("no such post") } }
        guard let school = try await incoming.schoolAsking(object.host, in: database) else {
            return { _ in .ignored("the object cannot be had from its home") }
        }
        do throws(PostRefusal) {
            _ = try await directory.posts.fetch(object, for: school)
        } catch {
            if error.isTransient { throw error }
            guard case .fetch(.gone(status: 410)) = error else {
                return { _ in .ignored("its home does not say that it is gone") }
            }
            return { application in
                try application.db.posts.bury(known.id, at: application.now)
                return .applied
            }
        }
        return { _ in .ignored("its home does not say that it is gone") }
    }

    private func prepare(_ incoming: Incoming, boosting object: URI) async throws -> Effect {
        let sender = incoming.sender
        let schools = incoming.schools.map(\.id)
        let isKnown = try await database.read { try $0.posts.find(uri: object) != nil }
        let isWanted = try await database.read { try $0.follows.hasLocalFollower(of: sender.id, in: schools) }
        let fetched = isKnown || !isWanted ? nil : try await fetch(object, for: incoming)
        return { application in try apply(application, object, fetched) }
    }

    private func fetch(_ uri: URI, for incoming: Incoming) async throws -> PostFetcher.Fetched? {
        guard let school = try await incoming.schoolAsking(uri.host, in: database) else { return nil }
        do throws(PostRefusal) {
            return try await directory.posts.fetch(uri, for: school)
        } catch {
            if error.isTransient { throw error }
            return nil
        }
    }

    private func apply(_ application: Application, _ object: URI, _ fetched: PostFetcher.Fetched?) throws
        -> Handled
    {
        let db = application.db
        let sender = application.incoming.sender
        let received = application.incoming.received
        if try application.isUndone() { return .ignored("undone before it arrived") }
        do {
            try fetched?.keep(in: db, ids: application.ids, at: application.now)
        } catch let refusal as PostRefusal {
            return .ignored("\(refusal)")
        }
        // Fetched after a redirect it has another id than the one that was named.
        guard let post = try db.posts.find(uri: fetched?.note.uri ?? object), post.deletedAt == nil,
            let author = try db.accounts.find(post.author), try application.maySee(post)
        else { return .ignored("no such post") }
        let isOwn = post.author == sender.id && post.audience == .followers
        guard post.audience.isForEverybody || isOwn else { return .ignored("not to be boosted") }
        if let reason = try application.refusal(of: .boost, to: post) { return .ignored(reason) }
        let reaction = Reaction(
            id: application.ids.next(),
            kind: .boost,
            account: sender.id,
            post: post.id,
            uri: received.uri,
            createdAt: application.now
        )
        guard try db.reactions.insert(reaction) else { return .ignored("known already") }
        try db.timelines.add(reaction, to: application.schools)
        // Whom nobody here follows makes us ask nobody for anything.
        if try db.follows.hasLocalFollower(of: sender.id, in: application.schools) {
            if let parent = post.inReplyTo { try application.haveFetched(parent: parent) }
            try application.haveFetched(answersTo: post, by: author)
        }
        try application.notify(author, .boost, post: post.id)
        return .applied
    }
}
