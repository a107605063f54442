import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// What somebody wants to be told by people whom they hardly know, and what was kept aside for them.
///
/// Reference: Mastodon's API, methods "notifications" (policy and requests). A request has the id of the account that it
/// is about.
struct NoticePolicyRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        for version in [1, 2] {
            api.get("v\(version)/notifications/policy") { request, context in
                try await show(try await desk.caller(request, context, "read:notifications"), version)
            }
            // Version 1 had PUT before it had PATCH.
            for method in version == 1 ? [HTTPRequest.Method.put, .patch] : [.patch] {
                api.on("v\(version)/notifications/policy", method: method) { request, context in
                    try await change(request, context, version)
                }
            }
        }
        let requests = "v1/notifications/requests"
        api.get("\(requests)") { try await list($0, $1) }
        api.get("\(requests)/merged") { request, context in
            _ = try await desk.caller(request, context, "read:notifications")
            // What is accepted is told in the same transaction.
            return ClientResponse.json(["merged": true])
        }
        api.get("\(requests)/:id") { request, context in
            let caller = try await desk.caller(request, context, "read:notifications")
            let id = try context.accountID()
            let held = try await desk.database.read {
                try $0.notices.held(of: caller.account.id, .init(), from: id)
            }
            guard let entity = try await entities(held, caller).first else {
                throw Problem(.notFound, detail: "Record not found")
            }
            return ClientResponse.json(entity)
        }
        for isAccepted in [true, false] {
            let verb = isAccepted ? "accept" : "dismiss"
            api.post("\(requests)/:id/\(verb)") { request, context in
                let caller = try await desk.caller(request, context, "write:notifications")
                try await answer([try context.accountID()], isAccepted, caller)
                return ClientResponse.json([:])
            }
            api.post("\(requests)/\(verb)") { request, context in
                let caller = try await desk.caller(request, context, "write:notifications")
                let ids = try await Parameters(request, context).texts("id").prefix(100)
                try await answer(ids.compactMap { Account.ID($0) }, isAccepted, caller)
                return ClientResponse.json([:])
            }
        }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:notifications")
        let parameters = try await Parameters(request, context)
        var page = try parameters.page()
        page.limit = parameters.limit(40, most: 80)
        let wanted = page
        let held = try await desk.database.read { try $0.notices.held(of: caller.account.id, wanted) }
        return ClientResponse.page(
            try await entities(held, caller),
            first: held.first?.from.rawValue,
            last: held.last?.from.rawValue,
            of: caller.school,
            request
        )
    }

    /// - Throws: `Problem` with status 404 when nothing of one of them is kept aside.
    private func answer(_ accounts: [Account.ID], _ isAccepted: Bool, _ caller: Caller) async throws {
        for account in accounts {
            guard
                try await desk.publisher.answerHeld(from: account, accepts: isAccepted, as: caller.account.id)
            else { throw Problem(.notFound, detail: "Record not found") }
        }
    }

    private func entities(_ held: [NoticeStore.Held], _ caller: Caller) async throws -> [JSONValue] {
        let accounts = AccountEntity(school: caller.school)
        let statuses = StatusEntity(school: caller.school)
        let now = desk.clock.now()
        return try await desk.database.read { db in
            let people = try db.accounts.find(held.map(\.from))
            return try held.compactMap { request in
                guard let account = people[request.from] else { return nil }
                var entity: JSONObject = [
                    "id": .string(request.from.description),
                    "created_at": .string(WireDate.format(request.first.milliseconds)),
                    "updated_at": .string(WireDate.format(request.last.milliseconds)),
                    "notifications_count": .string("\(request.count)"),
                    "account": .object(accounts.make(account)), "last_status": nil,
                ]
                if let post = try request.post.flatMap({ try db.posts.find($0) }),
                    try db.sights.canSee(caller.viewer, post),
                    let shown = try db.filtering.filtered(
                        try db.presenter.present([post], to: caller.viewer),
                        for: caller.viewer,
                        in: .notifications,
                        now: now
                    ).first
                {
                    entity["last_status"] = .object(statuses.make(shown))
                }
                return .object(entity)
            }
        }
    }

    private func show(_ caller: Caller, _ version: Int) async throws -> Response {
        let (policy, held) = try await desk.database.read { db in
            (
                try db.noticePolicies.find(of: caller.account.id),
                try db.notices.countHeld(of: caller.account.id)
            )
        }
        var entity: JSONObject = [:]
        for cause in Self.causes(of: version) {
            let answer = policy[cause]
            entity["\(version == 1 ? "filter" : "for")_\(cause.rawValue)"] =
                version == 1 ? .bool(answer != .accept) : .string(answer.rawValue)
        }
        entity["summary"] = [
            "pending_requests_count": .integer(Int64(held.accounts)),
            "pending_notifications_count": .integer(Int64(held.notices)),
        ]
        return ClientResponse.json(.object(entity))
    }

    private func change(_ request: Request, _ context: ServerContext, _ version: Int) async throws -> Response
    {
        let caller = try await desk.caller(request, context, "write:notifications")
        let parameters = try await Parameters(request, context)
        var changes: [NoticePolicy.Cause: NoticePolicy.Answer] = [:]
        for cause in Self.causes(of: version) {
            if version == 1 {
                changes[cause] = parameters.flag("filter_\(cause.rawValue)").map { $0 ? .filter : .accept }
            } else if let word = parameters.text("for_\(cause.rawValue)") {
                guard let answer = NoticePolicy.Answer(rawValue: word) else {
                    throw Problem(
                        .unprocessableContent,
                        detail: "for_\(cause.rawValue) is none of accept, filter, drop"
                    )
                }
                changes[cause] = answer
            }
        }
        let wanted = changes
        try await desk.publisher.changeNoticePolicy(as: caller.account.id) { policy in
            for (cause, answer) in wanted { policy[cause] = answer }
        }
        return try await show(caller, version)
    }

    /// Version 1 does not know of limited accounts.
    private static func causes(of version: Int) -> [NoticePolicy.Cause] {
        NoticePolicy.Cause.allCases.filter { version > 1 || $0 != .limitedAccounts }
    }
}
