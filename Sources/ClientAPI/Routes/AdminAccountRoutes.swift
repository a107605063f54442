import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Accounts, for those who look after them.
///
/// Reference: Mastodon's API, methods "admin/accounts".
struct AdminAccountRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/admin/accounts") { try await list($0, $1, AdminAccountQuery.first) }
        api.get("v2/admin/accounts") { try await list($0, $1, AdminAccountQuery.second) }
        api.get("v1/admin/accounts/:id") { request, context in
            let caller = try await desk.caller(request, context, "admin:read:accounts")
            return try await answer(try context.accountID(), caller)
        }
        api.post("v1/admin/accounts/:id/action") { try await act($0, $1) }
        undo(api, "unsilence", .unlimit)
        undo(api, "unsuspend", .unsuspend)
    }

    private func list(
        _ request: Request,
        _ context: ServerContext,
        _ read: (Parameters) throws -> AdminAccountQuery
    ) async throws -> Response {
        let caller = try await desk.caller(request, context, "admin:read:accounts")
        let parameters = try await Parameters(request, context)
        let wish = try read(parameters)
        var query = RosterView.Query(
            schools: [],
            includesRemote: wish.isRemote != false,
            before: try parameters.id("max_id").map { Account.ID(rawValue: $0) },
            limit: parameters.limit(100, most: 200)
        )
        query.standing = wish.standing
        query.roles = wish.isStaff ? Role.allCases.filter { $0 != .member } : []
        query.text = parameters.text("username") ?? parameters.text("display_name") ?? ""
        query.isRemoteOnly = wish.isRemote == true
        if let domain = parameters.text("by_domain"), !domain.isEmpty {
            guard let host = try? Host(domain) else {
                throw Problem(.unprocessableContent, detail: "by_domain is no host")
            }
            query.host = host
        }
        // Nobody waits for anything here, and nobody has an address to look for: those lists are empty.
        let lines =
            wish.isEmpty
            ? [] : try await desk.publisher.school.accounts(query, as: caller.account.id)
        let entity = AdminEntity(school: caller.school)
        return ClientResponse.page(
            lines.map { .object(entity.account($0.account, role: $0.role)) },
            first: lines.first?.account.id.rawValue,
            last: lines.last?.account.id.rawValue,
            of: caller.school,
            request
        )
    }

    /// Limits or suspends an account; with `report_id` that is what came of the case, which is closed.
    private func act(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "admin:write:accounts")
        let (id, parameters) = (try context.accountID(), try await Parameters(request, context))
        let (act, outcome): (AccountAct?, Report.Outcome) =
            switch parameters.text("type") {
            case "none": (nil, .warned)
            case "silence": (.limit, .limited)
            case "suspend": (.suspend, .suspended)
            default:
                throw Problem(.unprocessableContent, detail: "type is none of none, silence, suspend")
            }
        // Who may not see the account is told that there is none.
        _ = try await desk.publisher.school.account(id, as: caller.account.id)
        let worker = CaseWorker.account(caller.account.id)
        if let report = try parameters.id("report_id").map({ Report.ID(rawValue: $0) }) {
            let file = try await desk.publisher.cases.find(report, as: worker)
            guard file.reported.id == id else {
                throw Problem(.unprocessableContent, detail: "The report is about somebody else")
            }
            if let text = parameters.text("text"), !text.isEmpty {
                _ = try await desk.publisher.cases.note(report, text, as: worker)
            }
            _ = try await desk.publisher.cases.resolve(report, outcome, as: worker)
        } else if let act {
            try await desk.publisher.cases.act(act, on: id, as: worker)
        }
        return ClientResponse.json([:])
    }

    private func undo(_ api: RouterGroup<ServerContext>, _ verb: String, _ act: AccountAct) {
        api.post("v1/admin/accounts/:id/\(verb)") { request, context in
            let caller = try await desk.caller(request, context, "admin:write:accounts")
            let id = try context.accountID()
            _ = try await desk.publisher.school.account(id, as: caller.account.id)
            try await desk.publisher.cases.act(act, on: id, as: .account(caller.account.id))
            return try await answer(id, caller)
        }
    }

    private func answer(_ id: Account.ID, _ caller: Caller) async throws -> Response {
        let line = try await desk.publisher.school.account(id, as: caller.account.id)
        return ClientResponse.json(
            .object(AdminEntity(school: caller.school).account(line.account, role: line.role))
        )
    }
}

/// What a list of accounts is to hold, in the words of either version of the API.
struct AdminAccountQuery {
    /// Accounts of other servers only, ours only, or both with nil.
    var isRemote: Bool?
    var standing: RosterView.Standing?
    var isStaff = false
    /// Whether it asks for what there is none of here.
    var isEmpty = false

    static func first(_ parameters: Parameters) throws -> AdminAccountQuery {
        var query = AdminAccountQuery()
        let (local, remote) = (parameters.flag("local") == true, parameters.flag("remote") == true)
        if local != remote { query.isRemote = remote }
        let words: [(String, RosterView.Standing)] = [
            ("active", .active), ("silenced", .limited), ("suspended", .suspended),
        ]
        query.standing = words.first { parameters.flag($0.0) == true }?.1
        query.isEmpty = ["pending", "disabled", "sensitized"].contains { parameters.flag($0) == true }
        query.isStaff = parameters.flag("staff") == true
        return query.withoutAddresses(parameters)
    }

    static func second(_ parameters: Parameters) throws -> AdminAccountQuery {
        var query = AdminAccountQuery()
        switch parameters.text("origin") {
        case nil: break
        case "local": query.isRemote = false
        case "remote": query.isRemote = true
        default: throw Problem(.unprocessableContent, detail: "origin is none of local, remote")
        }
        switch parameters.text("status") {
        case nil: break
        case "active": query.standing = .active
        case "silenced": query.standing = .limited
        case "suspended": query.standing = .suspended
        case "pending", "disabled": query.isEmpty = true
        default:
            throw Problem(
                .unprocessableContent,
                detail: "status is none of active, pending, disabled, silenced, suspended"
            )
        }
        query.isStaff = parameters.text("permissions") == "staff"
        return query.withoutAddresses(parameters)
    }

    private func withoutAddresses(_ parameters: Parameters) -> AdminAccountQuery {
        var query = self
        if ["email", "ip", "invited_by"].contains(where: { parameters.text($0)?.isEmpty == false }) {
            query.isEmpty = true
        }
        return query
    }
}
