import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// People to find.
///
/// Reference: Mastodon's API, methods "directory", "suggestions" and "accounts" (familiar_followers).
struct PeopleRoutes: Sendable {
    let desk: ClientDesk

    /// How many are shown of those whom one knows.
    private static let acquaintances = 40

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/directory") { try await directory($0, $1) }
        api.get("v1/suggestions") { request, context in
            try await proposals(request, context) { account, _ in account }
        }
        api.get("v2/suggestions") { request, context in
            try await proposals(request, context) { account, isFriendOfFriend in
                [
                    "source": .string(isFriendOfFriend ? "past_interactions" : "staff"),
                    "sources": [.string(isFriendOfFriend ? "friends_of_friends" : "featured")],
                    "account": account,
                ]
            }
        }
        api.delete("v1/suggestions/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:accounts")
            try await desk.publisher.dismissProposal(of: try context.accountID(), as: caller.account.id)
            return ClientResponse.json([:])
        }
        api.get("v1/accounts/familiar_followers") { try await acquaintances($0, $1) }
    }

    private func directory(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:accounts")
        let parameters = try await Parameters(request, context)
        let order: PeopleView.Order
        switch parameters.text("order") {
        case "new": order = .new
        case "active", nil: order = .active
        default: throw Problem(.badRequest, detail: "order is none of active, new")
        }
        let offset = try parameters.offset()
        let limit = parameters.limit(40, most: 80)
        let isLocal = parameters.flag("local") ?? false
        let people = try await desk.database.read { db in
            try db.people.directory(
                of: anyone.school.id,
                for: anyone.viewer,
                order,
                isLocal: isLocal,
                offset: offset,
                limit: limit
            )
        }
        let entity = AccountEntity(school: anyone.school)
        return ClientResponse.json(.array(people.map { .object(entity.make($0)) }))
    }

    private func proposals(
        _ request: Request,
        _ context: ServerContext,
        _ shape: (JSONValue, Bool) -> JSONValue
    ) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:accounts")
        let limit = try await Parameters(request, context).limit(40, most: 80)
        let found = try await desk.database.read {
            try $0.people.proposals(for: caller.account.id, of: caller.school.id, limit: limit)
        }
        let entity = AccountEntity(school: caller.school)
        return ClientResponse.json(
            .array(found.map { shape(.object(entity.make($0.account)), $0.isFriendOfFriend) })
        )
    }

    private func acquaintances(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:follows")
        let ids = try await Parameters(request, context).texts("id").prefix(40).compactMap { Account.ID($0) }
        let entity = AccountEntity(school: caller.school)
        let known = try await desk.database.read { db in
            try ids.map { id -> JSONValue in
                let people = try db.people.acquaintances(
                    of: caller.account.id,
                    following: id,
                    limit: Self.acquaintances
                )
                return [
                    "id": .string(id.description),
                    "accounts": .array(people.map { .object(entity.make($0)) }),
                ]
            }
        }
        return ClientResponse.json(.array(known))
    }
}
