import Domain
import HTTPTypes
public import Hummingbird
import Outbox
import Storage
import Vocabulary

/// Serves actors.
///
/// Spec: ActivityPub 3.2, 4.1.
public struct ActorRoutes: Sendable {
    let desk: FederationDesk

    /// Serves by a desk.
    public init(desk: FederationDesk) {
        self.desk = desk
    }

    /// Adds the routes.
    public func add(to router: Router<ServerContext>) {
        router.get("ap/actor") { request, context in try await schoolActor(request, context) }
        router.get("ap/actors/:id") { request, context in try await actor(request, context) }
    }

    /// The school's own actor needs no signature: it holds the key that signs our fetches, and two servers that each
    /// want the other's signature first would never meet.
    private func schoolActor(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        guard case .document(let representation) = try ActivityResponse.wish(request) else {
            return ActivityResponse.page("/")
        }
        let uri = LocalActorURIs(origin: school.origin).schoolActor
        let document = try await desk.database.read { db -> JSONObject? in
            guard let account = try db.accounts.find(uri: uri) else { return nil }
            return ActorDocument.make(account, keys: try db.signingKeys.list(of: account.id))
        }
        guard let document else { throw Problem(.notFound) }
        return ActivityResponse.document(document, as: representation, isShared: true)
    }

    private func actor(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        let wish = try ActivityResponse.wish(request)
        guard case .document(let representation) = wish else {
            let account = try await desk.account(context, of: school)
            guard account.goneAt == nil, let page = account.page else { throw Problem(.gone) }
            return ActivityResponse.page(page.description)
        }
        _ = try await desk.reader(request, school)
        let account = try await desk.account(context, of: school)
        if account.goneAt != nil {
            let tombstone = ActorDocument.tombstone(account.uri, deletedAt: account.goneAt)
            return ActivityResponse.document(tombstone, as: representation, status: .gone)
        }
        if account.suspendedAt != nil { throw Problem(.forbidden, reason: "suspended") }
        let (keys, whereabouts) = try await desk.database.read { db in
            (try db.signingKeys.list(of: account.id), try db.moves.whereabouts(of: account.id))
        }
        let document = ActorDocument.make(account, keys: keys, whereabouts: whereabouts)
        return ActivityResponse.document(document, as: representation, isShared: !school.requiresSignedReads)
    }
}

extension FederationDesk {
    /// The school's account that the path names by its id; the school's own actor has another path.
    ///
    /// - Throws: `Problem` with status 404.
    func account(_ context: ServerContext, of school: School) async throws -> Account {
        guard let id = context.parameters.get("id").flatMap({ Account.ID($0) }),
            let account = try await database.read({ try $0.accounts.find(id) }), account.school == school.id,
            account.uri == LocalActorURIs(origin: school.origin).actor(id)
        else { throw Problem(.notFound) }
        return account
    }
}
