import Domain
import Peers
import Storage
import Vocabulary

/// Add to the actor's own `featured` collection: it pins a post of its own.
///
/// Spec: ActivityPub 7.8.
///
/// A post that is not known is fetched when somebody here follows the actor.
struct AddHandler: ActivityHandler {
    let directory: PeerDirectory
    let database: any SQLDatabase

    func mayFetch(_ incoming: Incoming) -> Bool { true }

    func prepare(_ incoming: Incoming) async throws -> Effect {
        let sender = incoming.sender
        guard incoming.isAboutFeatured else { return { _ in .ignored("not the actor's own pins") } }
        guard let object = incoming.objectURI, object.origin == sender.uri.origin else {
            return { _ in .ignored("no post of the actor's own") }
        }
        let schools = incoming.schools.map(\.id)
        let isWanted = try await database.read { db in
            guard try db.posts.find(uri: object) == nil else { return false }
            return try db.follows.hasLocalFollower(of: sender.id, in: schools)
        }
        let fetched = isWanted ? try await fetch(object, for: incoming) : nil
        return { application in try apply(application, object, fetched) }
    }

    /// The post, when it is the sender's own and for everybody.
    private func fetch(_ uri: URI, for incoming: Incoming) async throws -> PostFetcher.Fetched? {
        guard let school = incoming.askingSchool else { return nil }
        do throws(PostRefusal) {
            let fetched = try await directory.posts.fetch(uri, for: school)
            return fetched.note.uri == uri && fetched.author.uri == incoming.sender.uri ? fetched : nil
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
        do {
            try fetched?.keep(in: db, ids: application.ids, at: application.now)
        } catch let refusal as PostRefusal {
            return .ignored("\(refusal)")
        }
        guard let post = try db.posts.find(uri: object), post.deletedAt == nil else {
            return .ignored("no such post")
        }
        guard post.author == sender.id else { return .ignored("somebody else's post") }
        guard try db.pins.count(of: sender.id) < Pin.maximumForeign else { return .ignored("too many pins") }
        return try db.pins.insert(post, at: application.ids.next()) ? .applied : .ignored("known already")
    }
}

extension Incoming {
    /// Whether an Add or Remove names the sender's own collection of pins.
    var isAboutFeatured: Bool {
        guard let featured = sender.endpoints.featured else { return false }
        return activity.target.flatMap { try? URI($0) } == featured
    }
}
