import Domain
import HTTPTypes
public import Hummingbird
import Outbox
import Storage
import Vocabulary

/// Serves posts and activities to those who may see them.
///
/// Spec: ActivityPub 3.2, 6.4.
///
/// What somebody may not see is answered as if it did not exist.
public struct ObjectRoutes: Sendable {
    let desk: FederationDesk

    /// Serves by a desk.
    public init(desk: FederationDesk) {
        self.desk = desk
    }

    /// Adds the routes.
    public func add(to router: Router<ServerContext>) {
        router.get("ap/posts/:id") { request, context in try await post(request, context) }
        router.get("ap/quotes/:id") { request, context in try await quote(request, context) }
        router.get("ap/activities/:id") { request, context in try await activity(request, context) }
    }

    private enum Found {
        case post(Post, JSONObject)
        case tombstone(JSONObject)
    }

    private func post(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let wish = try ActivityResponse.wish(request)
        guard let id = context.parameters.get("id").flatMap({ Post.ID($0) }) else { throw Problem(.notFound) }
        guard case .document(let representation) = wish else { return Self.page(of: id) }
        let viewer = try await desk.reader(request, school)
        switch try await desk.database.read({ try find(id, of: school, for: viewer, in: $0) }) {
        case nil: throw Problem(.notFound)
        case .tombstone(let document):
            return ActivityResponse.document(document, as: representation, status: .gone)
        case .post(let post, let document):
            let isShared = post.audience.isForEverybody && !school.requiresSignedReads
            return ActivityResponse.document(document, as: representation, isShared: isShared)
        }
    }

    /// A browser is sent to the page, which knows who is signed in and decides; the address tells nothing, not even
    /// whether there is such a post.
    private static func page(of id: Post.ID) -> Response { ActivityResponse.page("/posts/\(id)") }

    /// A browser is sent to the page of the post that an activity is about, where anybody may see it.
    private func page(ofActivity id: OutboxActivity.ID, _ school: School) async throws -> Response {
        let post = try await desk.database.read { db -> Post.ID? in
            guard let activity = try db.outboxActivities.find(id), let id = activity.post,
                let post = try db.posts.find(id), try db.accounts.find(post.author)?.school == school.id,
                try db.sights.canSee(.anonymous, post), try stands(activity, in: db)
            else { return nil }
            return id
        }
        guard let post else { throw Problem(.notFound) }
        return Self.page(of: post)
    }

    private func find(
        _ id: Post.ID,
        of school: School,
        for viewer: Viewer,
        in db: any SQLConnection
    ) throws -> Found? {
        guard let post = try db.posts.find(id), let author = try db.accounts.find(post.author),
            author.school == school.id
        else { return nil }
        if let deletedAt = post.deletedAt ?? author.goneAt {
            guard try mayKnow(post, viewer, in: db) else { return nil }
            return .tombstone(NoteDocument.tombstone(post.uri, deletedAt: deletedAt))
        }
        guard try db.sights.canSee(viewer, post) else { return nil }
        return .post(post, NoteDocument.make(post, try .init(of: post, by: author, in: db)))
    }

    /// Whether the viewer may be told that a deleted post was there: who could have seen it then.
    ///
    /// Whom it addressed by name is not kept, so of a direct post nobody is told.
    private func mayKnow(_ post: Post, _ viewer: Viewer, in db: any SQLConnection) throws -> Bool {
        var sight = try db.sights.sight(of: post, for: viewer)
        sight.isDeleted = false
        sight.isAuthorInactive = false
        return canSee(sight)
    }

    private func activity(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        guard let id = context.parameters.get("id").flatMap({ OutboxActivity.ID($0) }) else {
            throw Problem(.notFound)
        }
        guard case .document(let representation) = try ActivityResponse.wish(request) else {
            return try await page(ofActivity: id, school)
        }
        let viewer = try await desk.reader(request, school)
        let document = try await desk.database.read { db -> JSONObject? in
            guard let activity = try db.outboxActivities.find(id),
                let actor = try db.accounts.find(activity.actor), actor.school == school.id,
                actor.suspendedAt == nil, actor.goneAt == nil || activity.type == "Delete",
                try stands(activity, in: db), try maySee(activity, viewer, in: db)
            else { return nil }
            return try ActivityReading.current(activity, in: db)
        }
        guard let document else { throw Problem(.notFound) }
        return ActivityResponse.document(document, as: representation)
    }

    /// Our approval of a quote, for those who may see the post that is quoted; one that was taken back is none.
    ///
    /// Spec: FEP-044f.
    private func quote(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        guard let id = context.parameters.get("id").flatMap({ Quote.ID($0) }),
            case .document(let representation) = try ActivityResponse.wish(request)
        else { throw Problem(.notFound) }
        let viewer = try await desk.reader(request, school)
        let document = try await desk.database.read { db -> JSONObject? in
            guard let quote = try db.quotes.find(id), quote.state == .accepted, let stamp = quote.stamp,
                let post = try db.posts.find(uri: quote.quoted),
                let author = try db.accounts.find(post.author),
                author.school == school.id, try db.sights.canSee(viewer, post)
            else { return nil }
            return QuoteDocument.make(quote, stamp: stamp, author: author)
        }
        guard let document else { throw Problem(.notFound) }
        return ActivityResponse.document(document, as: representation)
    }

    /// Whether it was not undone since.
    private func stands(_ activity: OutboxActivity, in db: any SQLConnection) throws -> Bool {
        switch activity.type {
        case "Like", "Announce": try db.reactions.find(uri: activity.uri) != nil
        case "Add": try activity.post.map { try db.pins.contains($0) } ?? false
        case "Block": try db.blocks.find(uri: activity.uri) != nil
        default: true
        }
    }

    /// An activity about a post of ours is for those who may see the post; any other, unless it is a public boost, for
    /// the servers it was sent to.
    ///
    /// Of a peer's post an activity holds the address alone, and who may see that is its home's business.
    private func maySee(_ activity: OutboxActivity, _ viewer: Viewer, in db: any SQLConnection) throws -> Bool
    {
        if let id = activity.post, let post = try db.posts.find(id) {
            if post.deletedAt != nil { return false }
            if try db.accounts.find(post.author)?.isLocal ?? true {
                guard try db.sights.canSee(viewer, post) else { return false }
                if activity.type == "Create" || activity.type == "Update" { return true }
            }
            if activity.isPublic, post.audience.isForEverybody { return true }
        }
        guard case .server(let host) = viewer else { return false }
        return try db.deliveries.exists(of: activity.id, to: host)
    }
}

/// Reads stored activities.
enum ActivityReading {
    /// The activity with its post as it is now; nil when it cannot be read.
    static func current(_ activity: OutboxActivity, in db: any SQLConnection) throws -> JSONObject? {
        guard case .object(var document)? = try? JSONParser.parse(activity.json) else { return nil }
        guard activity.type == "Create" || activity.type == "Update", let id = activity.post,
            let post = try db.posts.find(id),
            let author = try db.accounts.find(post.author)
        else { return document }
        document["object"] = .object(
            NoteDocument.make(post, try .init(of: post, by: author, in: db), with: false)
        )
        return document
    }
}
