import Domain
import HTTPTypes
public import Hummingbird
import Storage
import Vocabulary

/// Serves the collections of posts: what answers one, how often it was liked and boosted, and its conversation.
///
/// Spec: ActivityPub 5.7, 5.8; Activity Vocabulary, `replies`; FEP-f228 for conversations.
///
/// Whoever may not see a post is told nothing of it, and of what answers it each only what they may see. Who liked and
/// boosted is told to nobody.
public struct PostCollectionRoutes: Sendable {
    let desk: FederationDesk

    /// Serves by a desk.
    public init(desk: FederationDesk) {
        self.desk = desk
    }

    /// Adds the routes.
    public func add(to router: Router<ServerContext>) {
        router.get("ap/posts/:id/replies") { request, context in
            try await serve(request, context, \.replies) { db, root, page, viewer in
                try posts(.answers(to: root.post.uri), page, viewer, in: db)
            }
        }
        router.get("ap/posts/:id/likes") { request, context in
            try await serve(request, context, \.likes) { db, root, page, _ in
                page.overview(total: try counts(of: root.post, in: db).likes, hasPages: false)
            }
        }
        router.get("ap/posts/:id/shares") { request, context in
            try await serve(request, context, \.shares) { db, root, page, _ in
                page.overview(total: try counts(of: root.post, in: db).boosts, hasPages: false)
            }
        }
        router.get("ap/contexts/:id") { request, context in
            try await serve(request, context, \.conversation) { db, root, page, viewer in
                var document = try posts(.conversation(page.uri), page, viewer, in: db)
                if !page.isPage { document["attributedTo"] = .string(root.author.uri.description) }
                return document
            }
        }
    }

    /// The post that a collection belongs to, and who wrote it.
    private struct Root: Sendable {
        let post: Post
        let author: Account
    }

    private typealias Contents =
        @Sendable (any SQLConnection, Root, CollectionPage, Viewer) throws -> JSONObject

    private func serve(
        _ request: Request,
        _ context: ServerContext,
        _ collection: @Sendable (LocalPostURIs) -> URI,
        _ contents: @escaping Contents
    ) async throws -> Response {
        let school = try await desk.school(context)
        guard case .document(let representation) = try ActivityResponse.wish(request, hasPage: false) else {
            throw Problem(.notAcceptable)
        }
        guard let id = context.parameters.get("id").flatMap({ Post.ID($0) }) else { throw Problem(.notFound) }
        let viewer = try await desk.reader(request, school)
        let page = try CollectionPage(collection(LocalPostURIs(of: id, at: school.origin)), request)
        let document = try await desk.database.read { db -> JSONObject? in
            guard let post = try db.posts.find(id), let author = try db.accounts.find(post.author),
                author.school == school.id, try db.sights.canSee(viewer, post)
            else { return nil }
            return try contents(db, Root(post: post, author: author), page, viewer)
        }
        guard let document else { throw Problem(.notFound) }
        return ActivityResponse.document(document, as: representation)
    }

    private func posts(
        _ which: PostCollectionView.Which,
        _ page: CollectionPage,
        _ viewer: Viewer,
        in db: any SQLConnection
    ) throws -> JSONObject {
        let total = try db.postCollections.count(which, for: viewer)
        guard page.isPage else { return page.overview(total: total) }
        let posts = try db.postCollections.page(
            which,
            for: viewer,
            before: page.before.map { Post.ID(rawValue: $0) },
            limit: CollectionPage.size
        )
        let items = posts.map { JSONValue.string($0.uri.description) }
        return page.page(items, total: total, ids: posts.map(\.id.rawValue))
    }

    private func counts(of post: Post, in db: any SQLConnection) throws -> ReactionCounts {
        try db.reactions.counts(of: [post.id])[post.id] ?? ReactionCounts()
    }
}
