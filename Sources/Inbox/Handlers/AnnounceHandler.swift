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
    let ids: IDGenerator
    let clock: any WallClock

    func mayFetch(_ incoming: Incoming) -> Bool { true }

    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard let object = incoming.objectURI else { return { _ in .ignored("no object") } }
        let sender = incoming.sender
        let schools = incoming.schools.map(\.id)
        let isKnown = try await database.read { try $0.posts.find(uri: object) != nil }
        let isWanted = try await database.read { try $0.follows.hasLocalFollower(of: sender.id, in: schools) }
        let fetched = isKnown || !isWanted ? nil : try await fetch(object, for: incoming)
        return { application in try apply(application, object, fetched) }
    }

    private struct Fetched: Sendable {
        let note: ForeignNote
        let author: Account
    }

    private func fetch(_ uri: URI, for incoming: Incoming) async throws -> Fetched? {
        guard let school = try await incoming.schoolAsking(uri.host, in: database) else { return nil }
        do {
            let note = try NoteObject(try await directory.object(uri, for: school))
            guard let id = note.id.flatMap({ try? URI($0) }), note.isShown,
                let author = note.attributedTo.flatMap({ try? URI($0) }), author.origin == id.origin
            else { return nil }
            let account = try await directory.account(author, for: school)
            guard !account.isLocal else { return nil }
            return Fetched(
                note: ForeignNote(note, uri: id, sender: account, activity: incoming.activity),
                author: account
            )
        } catch let error as FetchError {
            if error.isTransient { throw error }
            return nil
        } catch is ActorError {
            return nil
        } catch is ShapeError {
            return nil
        }
    }

    private func apply(_ application: Application, _ object: URI, _ fetched: Fetched?) throws -> Handled {
        let db = application.db
        let sender = application.incoming.sender
        let received = application.incoming.received
        if try db.tombstones.isBuried(received.uri, by: received.actor) {
            return .ignored("undone before it arrived")
        }
        if let fetched, fetched.note.audience.isForEverybody {
            let id: Post.ID = ids.next(at: min(fetched.note.publishedAt, application.now))
            let post = fetched.note.post(id: id, author: fetched.author.id, receivedAt: application.now)
            try db.posts.insert(post, addressees: [])
        }
        // Fetched after a redirect it has another id than the one that was named.
        guard let post = try db.posts.find(uri: fetched?.note.uri ?? object), post.deletedAt == nil,
            let author = try db.accounts.find(post.author), try application.maySee(post)
        else { return .ignored("no such post") }
        let isOwn = post.author == sender.id && post.audience == .followers
        guard post.audience.isForEverybody || isOwn else { return .ignored("not to be boosted") }
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
        try application.notify(author, .boost, post: post.id)
        return .applied
    }
}
