import Domain
import HTTPTypes
public import Hummingbird
import Outbox
import Storage
import Vocabulary

/// Serves an actor's collections.
///
/// Spec: ActivityPub 5.1, 5.3, 5.4.
public struct CollectionRoutes: Sendable {
    let desk: FederationDesk

    /// Serves by a desk.
    public init(desk: FederationDesk) {
        self.desk = desk
    }

    /// Adds the routes.
    public func add(to router: Router<ServerContext>) {
        router.get("ap/actors/:id/outbox") { request, context in
            try await serve(request, context, \.outbox, outbox)
        }
        router.get("ap/actors/:id/followers") { request, context in
            try await serve(request, context, \.followers) { try follows($0, .followers, $1, $2, $3) }
        }
        router.get("ap/actors/:id/following") { request, context in
            try await serve(request, context, \.following) { try follows($0, .following, $1, $2, $3) }
        }
        router.get("ap/actors/:id/featured") { request, context in
            try await serve(request, context, \.featured) { db, account, page, viewer in
                let posts = try db.profiles.pinned(by: account.id, for: viewer)
                return page.whole(posts.map { .string($0.uri.description) })
            }
        }
        router.get("ap/actors/:id/followers_synchronization") { request, context in
            try await serve(request, context, \.followers) { try synchronization($0, $1, $3) }
        }
        for name in ["outbox", "followers", "following", "featured"] {
            router.get("ap/actor/\(name)") { request, context in try await empty(request, context, name) }
        }
    }

    private typealias Contents =
        @Sendable (any SQLConnection, Account, CollectionPage, Viewer) throws -> JSONObject

    private func serve(
        _ request: Request,
        _ context: ServerContext,
        _ endpoint: @Sendable (Account.Endpoints) -> URI?,
        _ contents: @escaping Contents
    ) async throws -> Response {
        let school = try await desk.school(context)
        guard case .document(let representation) = try ActivityResponse.wish(request, hasPage: false) else {
            throw Problem(.notAcceptable)
        }
        let viewer = try await desk.reader(request, school)
        let account = try await desk.account(context, of: school)
        if account.goneAt != nil { throw Problem(.gone) }
        guard account.isActive, let uri = endpoint(account.endpoints) else { throw Problem(.notFound) }
        let page = try CollectionPage(uri, request)
        let document = try await desk.database.read { try contents($0, account, page, viewer) }
        return ActivityResponse.document(document, as: representation)
    }

    private func outbox(
        _ db: any SQLConnection,
        _ account: Account,
        _ page: CollectionPage,
        _ viewer: Viewer
    ) throws -> JSONObject {
        let total = try db.outboxActivities.countPublic(of: account.id)
        guard page.isPage else { return page.overview(total: total) }
        let activities = try db.outboxActivities.publicPage(
            of: account.id,
            before: page.before.map { OutboxActivity.ID(rawValue: $0) },
            limit: CollectionPage.size
        )
        let items = try activities.compactMap { try ActivityReading.current($0, in: db) }
            .map { document -> JSONValue in
                var item = document
                item["@context"] = nil
                return .object(item)
            }
        return page.page(items, total: total, ids: activities.map(\.id.rawValue))
    }

    /// Who follows whom is for partners only; everybody else sees how many.
    private func follows(
        _ db: any SQLConnection,
        _ side: FollowStore.Side,
        _ account: Account,
        _ page: CollectionPage,
        _ viewer: Viewer
    ) throws -> JSONObject {
        let total = try db.follows.count(side, of: account.id)
        guard case .server = viewer else { return page.overview(total: total, hasPages: false) }
        guard page.isPage else { return page.overview(total: total) }
        let follows = try db.follows.page(
            side,
            of: account.id,
            before: page.before.map { Follow.ID(rawValue: $0) },
            limit: CollectionPage.size
        )
        let others = follows.map { side == .followers ? $0.follower : $0.followed }
        let people = try db.accounts.find(others)
        let items = others.compactMap { people[$0] }.map { JSONValue.string($0.uri.description) }
        return page.page(items, total: total, ids: follows.map(\.id.rawValue))
    }

    /// The followers at the server that asks, all of them; nobody else is told who they are.
    ///
    /// Spec: FEP-8fcf.
    private func synchronization(_ db: any SQLConnection, _ account: Account, _ viewer: Viewer) throws
        -> JSONObject
    {
        guard case .server(let host) = viewer, let id = account.school, let school = try db.schools.find(id)
        else {
            throw Problem(.notFound)
        }
        let uri = LocalActorURIs(origin: school.origin).followersSynchronization(account.id)
        let followers = try db.follows.followers(at: host, of: account.id)
        var list = CollectionObject(.orderedCollection, id: uri.description)
        list.totalItems = Int64(followers.count)
        list.items = followers.map { .string($0.description) }
        var document = list.json
        document["@context"] = ContextDocument.plain
        if followers.isEmpty { document["orderedItems"] = [] }
        return document
    }

    /// The school's own actor does nothing that a collection could show.
    private func empty(_ request: Request, _ context: ServerContext, _ name: String) async throws -> Response
    {
        let school = try await desk.school(context)
        guard case .document(let representation) = try ActivityResponse.wish(request, hasPage: false) else {
            throw Problem(.notAcceptable)
        }
        let uri = LocalActorURIs(origin: school.origin).schoolActor.appending(path: name)
        let page = try CollectionPage(uri, request)
        return ActivityResponse.document(
            page.overview(total: 0, hasPages: false),
            as: representation,
            isShared: true
        )
    }
}
