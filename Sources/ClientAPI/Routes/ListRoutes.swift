import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Lists and their timelines.
///
/// Reference: Mastodon's API, methods "lists" and "timelines/list".
struct ListRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/lists") { request, context in
            let caller = try await desk.caller(request, context, "read:lists")
            let lists = try await desk.database.read { try $0.accountLists.all(of: caller.account.id) }
            return ClientResponse.json(.array(lists.map(entity)))
        }
        api.post("v1/lists") { try await add($0, $1) }
        api.get("v1/lists/:id") { request, context in
            let (list, _) = try await list(request, context, "read:lists")
            return ClientResponse.json(entity(list))
        }
        api.put("v1/lists/:id") { try await change($0, $1) }
        api.delete("v1/lists/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:lists")
            try await desk.publisher.removeList(try context.listID(), as: caller.account.id)
            return ClientResponse.json([:])
        }
        api.get("v1/lists/:id/accounts") { try await members($0, $1) }
        api.post("v1/lists/:id/accounts") { request, context in
            try await change(request, context) { try await desk.publisher.add($0, to: $1, as: $2) }
        }
        api.delete("v1/lists/:id/accounts") { request, context in
            try await change(request, context) { try await desk.publisher.remove($0, from: $1, as: $2) }
        }
        api.get("v1/accounts/:id/lists") { request, context in
            let caller = try await desk.caller(request, context, "read:lists")
            let id = try context.accountID()
            let lists = try await desk.database.read {
                try $0.accountLists.all(of: caller.account.id, with: id)
            }
            return ClientResponse.json(.array(lists.map(entity)))
        }
        api.get("v1/timelines/list/:id") { request, context in
            let (list, caller) = try await list(request, context, "read:lists")
            let page = try await Parameters(request, context).page()
            return try await desk.timeline(request, for: caller.viewer, of: caller.school, in: .home) {
                try $0.listTimelines.page(of: list, school: caller.school.id, page)
            }
        }
    }

    private func add(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:lists")
        let parameters = try await Parameters(request, context)
        let list = try await desk.publisher.addList(
            parameters.text("title") ?? "",
            try replies(parameters) ?? .list,
            isExclusive: parameters.flag("exclusive") ?? false,
            as: caller.account.id
        )
        return ClientResponse.json(entity(list))
    }

    private func change(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:lists")
        let parameters = try await Parameters(request, context)
        let list = try await desk.publisher.changeList(
            try context.listID(),
            title: parameters.text("title"),
            try replies(parameters),
            isExclusive: parameters.flag("exclusive"),
            as: caller.account.id
        )
        return ClientResponse.json(entity(list))
    }

    private func replies(_ parameters: Parameters) throws -> AccountList.RepliesPolicy? {
        guard let word = parameters.text("replies_policy") else { return nil }
        guard let policy = AccountList.RepliesPolicy(rawValue: word) else {
            throw Problem(.unprocessableContent, detail: "replies_policy is none of followed, list, none")
        }
        return policy
    }

    /// The caller's own list that the path names.
    private func list(_ request: Request, _ context: ServerContext, _ scope: String) async throws -> (
        AccountList, Caller
    ) {
        let caller = try await desk.caller(request, context, scope)
        let id = try context.listID()
        let list = try await desk.database.read { try $0.accountLists.find(id, of: caller.account.id) }
        guard let list else { throw Problem(.notFound, detail: "Record not found") }
        return (list, caller)
    }

    private func members(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (list, caller) = try await list(request, context, "read:lists")
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Account.ID(rawValue: $0) }
        // Zero asks for all of them.
        let limit = parameters.text("limit") == "0" ? nil : parameters.limit(40, most: 80)
        let people = try await desk.database.read {
            try $0.accountLists.members(of: list.id, before: before, limit: limit)
        }
        let entity = AccountEntity(school: caller.school)
        return ClientResponse.page(
            people.map { .object(entity.make($0)) },
            first: people.first?.id.rawValue,
            last: people.last?.id.rawValue,
            of: caller.school,
            request
        )
    }

    /// Adds or removes the accounts that the request names.
    private func change(
        _ request: Request,
        _ context: ServerContext,
        _ body: ([Account.ID], AccountList.ID, Account.ID) async throws -> Void
    ) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:lists")
        let ids = try await Parameters(request, context).texts("account_ids").prefix(500)
        let members = ids.compactMap { Account.ID($0) }
        guard !members.isEmpty, members.count == ids.count else {
            throw Problem(.notFound, detail: "Record not found")
        }
        try await body(members, try context.listID(), caller.account.id)
        return ClientResponse.json([:])
    }

    private func entity(_ list: AccountList) -> JSONValue {
        [
            "id": .string(list.id.description),
            "title": .string(list.title),
            "replies_policy": .string(list.replies.rawValue),
            "exclusive": .bool(list.isExclusive),
        ]
    }
}

extension ServerContext {
    /// The list id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func listID() throws -> AccountList.ID {
        guard let id = parameters.get("id").flatMap({ AccountList.ID($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return id
    }
}
