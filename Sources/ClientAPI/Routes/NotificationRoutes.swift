import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Notifications and wishes to follow.
struct NotificationRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/notifications") { try await list($0, $1) }
        api.get("v1/follow_requests") { try await requests($0, $1) }
        api.post("v1/follow_requests/:id/authorize") { try await answer($0, $1, accepts: true) }
        api.post("v1/follow_requests/:id/reject") { try await answer($0, $1, accepts: false) }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:notifications")
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Notice.ID(rawValue: $0) }
        let limit = parameters.limit()
        let entity = NotificationEntity(caller: caller, now: desk.clock.now())
        let (notices, entities) = try await desk.database.read { db in
            let notices = try db.notices.page(of: caller.account.id, before: before, limit: limit)
            return (notices, try entity.make(notices, in: db))
        }
        return ClientResponse.page(
            entities,
            first: notices.first?.id.rawValue,
            last: notices.last?.id.rawValue,
            of: caller.school,
            request
        )
    }

    private func requests(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:follows")
        let people = try await desk.database.read { db in
            let ids = try db.follows.requests(to: caller.account.id, limit: 40).map(\.follower)
            let found = try db.accounts.find(ids)
            return ids.compactMap { found[$0] }
        }
        let entity = AccountEntity(school: caller.school)
        return ClientResponse.json(.array(people.map { .object(entity.make($0)) }))
    }

    private func answer(_ request: Request, _ context: ServerContext, accepts: Bool) async throws -> Response
    {
        let caller = try await desk.caller(request, context, "write:follows")
        let other = try context.accountID()
        try await desk.publisher.answerFollow(of: other, accepts: accepts, as: caller.account.id)
        return try await desk.relationship(of: caller, to: other)
    }
}
