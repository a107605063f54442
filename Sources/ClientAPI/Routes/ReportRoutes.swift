import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Reporting, and handling reports.
///
/// Reference: Mastodon's API, methods "reports" and "admin/reports".
struct ReportRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.post("v1/reports") { try await file($0, $1) }
        api.get("v1/admin/reports") { try await list($0, $1) }
        api.get("v1/admin/reports/:id") { try await show($0, $1) }
        change(api, "assign_to_self") { try await $0.assign($1, to: $2, as: .account($2)) }
        change(api, "unassign") { try await $0.assign($1, to: nil, as: .account($2)) }
        change(api, "reopen") { try await $0.reopen($1, as: .account($2)) }
        api.post("v1/admin/reports/:id/resolve") { try await resolve($0, $1) }
    }

    private func file(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:reports")
        let parameters = try await Parameters(request, context)
        guard let id = try parameters.id("account_id") else {
            throw Problem(.unprocessableContent, detail: "account_id is missing")
        }
        var draft = ReportDraft(about: Account.ID(rawValue: id), comment: parameters.text("comment") ?? "")
        draft.posts = try parameters.texts("status_ids").map { text in
            guard let id = Post.ID(text) else { throw Problem(.notFound, detail: "Record not found") }
            return id
        }
        if let word = parameters.text("category") {
            guard let category = Report.Category(rawValue: word) else {
                throw Problem(.unprocessableContent, detail: "category is none of \(Self.categories)")
            }
            draft.category = category
        }
        guard parameters.texts("rule_ids").isEmpty else {
            throw Problem(.unprocessableContent, detail: "This school has no rules with ids")
        }
        draft.isForwarded = parameters.flag("forward") ?? false
        let posts = draft.posts
        let report = try await desk.publisher.report(draft, as: caller.account.id)
        guard let reported = try await desk.database.read({ try $0.accounts.find(report.reported) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        let entity = ReportEntity(school: caller.school).make(report, about: reported, posts: posts)
        return ClientResponse.json(.object(entity))
    }

    private static let categories = Report.Category.allCases.map(\.rawValue).joined(separator: ", ")

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "admin:read:reports")
        let parameters = try await Parameters(request, context)
        let states: [Report.State] = parameters.flag("resolved") == true ? [.resolved] : [.open, .assigned]
        var query = ReportStore.Query(
            school: nil,
            states: states,
            before: try parameters.id("max_id").map { Report.ID(rawValue: $0) },
            limit: parameters.limit(100, most: 200)
        )
        query.reporter = try parameters.id("account_id").map { Account.ID(rawValue: $0) }
        query.reported = try parameters.id("target_account_id").map { Account.ID(rawValue: $0) }
        let files = try await desk.publisher.cases.page(query, as: .account(caller.account.id))
        return ClientResponse.page(
            try await entities(files, caller),
            first: files.first?.report.id.rawValue,
            last: files.last?.report.id.rawValue,
            of: caller.school,
            request
        )
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "admin:read:reports")
        let id = try context.reportID()
        return try await answer(
            try await desk.publisher.cases.find(id, as: .account(caller.account.id)),
            caller
        )
    }

    /// Closes a case; `outcome` is ours, Mastodon's clients say none.
    private func resolve(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "admin:write:reports")
        let id = try context.reportID()
        let word = try await Parameters(request, context).text("outcome")
        guard let outcome = word == nil ? .dismissed : word.flatMap({ Report.Outcome(rawValue: $0) }) else {
            throw Problem(.unprocessableContent, detail: "There is no such outcome")
        }
        return try await answer(
            try await desk.publisher.cases.resolve(id, outcome, as: .account(caller.account.id)),
            caller
        )
    }

    private func change(
        _ api: RouterGroup<ServerContext>,
        _ verb: String,
        _ body: @escaping @Sendable (CaseDesk, Report.ID, Account.ID) async throws -> CaseFile
    ) {
        api.post("v1/admin/reports/:id/\(verb)") { request, context in
            let caller = try await desk.caller(request, context, "admin:write:reports")
            let file = try await body(desk.publisher.cases, try context.reportID(), caller.account.id)
            return try await answer(file, caller)
        }
    }

    private func answer(_ file: CaseFile, _ caller: Caller) async throws -> Response {
        ClientResponse.json(try await entities([file], caller).first ?? .null)
    }

    private func entities(_ files: [CaseFile], _ caller: Caller) async throws -> [JSONValue] {
        let entity = ReportEntity(school: caller.school)
        return try await desk.database.read { db in
            try files.map { file in
                .object(entity.make(file, posts: try db.presenter.present(file.posts, to: caller.viewer)))
            }
        }
    }
}

extension ServerContext {
    /// The report's id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func reportID() throws -> Report.ID {
        guard let id = parameters.get("id").flatMap({ Report.ID($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return id
    }
}
