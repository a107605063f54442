import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Whom one blocks.
///
/// Reference: Mastodon's API, methods "accounts" (block, unblock) and "blocks".
struct BlockRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/blocks") { try await list($0, $1) }
        api.post("v1/accounts/:id/block") { request, context in
            try await change(request, context) { try await desk.publisher.block($1, as: $0) }
        }
        api.post("v1/accounts/:id/unblock") { request, context in
            try await change(request, context) { try await desk.publisher.unblock($1, as: $0) }
        }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:blocks")
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Block.ID(rawValue: $0) }
        let limit = parameters.limit(40)
        let (blocks, people) = try await desk.database.read { db in
            let blocks = try db.blocks.page(of: caller.account.id, before: before, limit: limit)
            let found = try db.accounts.find(blocks.map(\.blocked))
            return (blocks, blocks.compactMap { found[$0.blocked] })
        }
        let entity = AccountEntity(school: caller.school)
        return ClientResponse.page(
            people.map { .object(entity.make($0)) },
            first: blocks.first?.id.rawValue,
            last: blocks.last?.id.rawValue,
            of: caller.school,
            request
        )
    }

    private func change(
        _ request: Request,
        _ context: ServerContext,
        _ body: (_ caller: Account.ID, _ other: Account.ID) async throws -> Void
    ) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:blocks")
        let other = try context.accountID()
        try await body(caller.account.id, other)
        return try await desk.relationship(of: caller, to: other)
    }
}
