import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// What one notes about others, whom one recommends, and whom one does not want as a follower.
///
/// Reference: Mastodon's API, methods "accounts" (note, endorse, unendorse, endorsements, remove_from_followers) and
/// "endorsements".
struct RemarkRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        change(api, "note", "write:accounts") { publisher, other, account, parameters in
            try await publisher.note(parameters.text("comment") ?? "", about: other, as: account)
        }
        // The names before version 4.4 end with pin.
        for verb in ["endorse", "pin"] {
            change(api, verb, "write:accounts") { publisher, other, account, _ in
                try await publisher.endorse(other, true, as: account)
            }
            change(api, "un\(verb)", "write:accounts") { publisher, other, account, _ in
                try await publisher.endorse(other, false, as: account)
            }
        }
        change(api, "remove_from_followers", "write:follows") { publisher, other, account, _ in
            try await publisher.removeFollower(other, as: account)
        }
        api.get("v1/endorsements") { request, context in
            let caller = try await desk.caller(request, context, "read:accounts")
            return try await list(caller.account.id, caller.viewer, caller.school, request, context)
        }
        api.get("v1/accounts/:id/endorsements") { request, context in
            let anyone = try await desk.anyone(request, context, "read:accounts")
            let id = try context.accountID()
            let account = try await desk.database.read { try $0.accounts.find(id) }
            // Strangers see the school's own people only.
            guard let account, account.isActive,
                anyone.viewer.account != nil || account.school == anyone.school.id
            else { throw Problem(.notFound, detail: "Record not found") }
            return try await list(id, anyone.viewer, anyone.school, request, context)
        }
    }

    private func change(
        _ api: RouterGroup<ServerContext>,
        _ verb: String,
        _ scope: String,
        _ body: @escaping @Sendable (Publisher, Account.ID, Account.ID, Parameters) async throws -> Void
    ) {
        api.post("v1/accounts/:id/\(verb)") { request, context in
            let caller = try await desk.caller(request, context, scope)
            let other = try context.accountID()
            let parameters = try await Parameters(request, context)
            try await body(desk.publisher, other, caller.account.id, parameters)
            return try await desk.relationship(of: caller, to: other)
        }
    }

    private func list(
        _ account: Account.ID,
        _ viewer: Viewer,
        _ school: School,
        _ request: Request,
        _ context: ServerContext
    ) async throws -> Response {
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Endorsement.ID(rawValue: $0) }
        let limit = parameters.limit(40, most: 80)
        let (endorsements, people) = try await desk.database.read { db in
            let page = try db.remarks.endorsements(by: account, before: before, limit: limit)
            let found = try db.accounts.find(page.map(\.endorsed))
            let people = page.compactMap { found[$0.endorsed] }.filter { other in
                other.isActive && (viewer.account != nil || other.school == school.id)
            }
            return (page, try db.blocks.withoutParted(people, from: viewer.account))
        }
        let entity = AccountEntity(school: school)
        return ClientResponse.page(
            people.map { .object(entity.make($0)) },
            first: endorsements.first?.id.rawValue,
            last: endorsements.last?.id.rawValue,
            of: school,
            request
        )
    }
}
