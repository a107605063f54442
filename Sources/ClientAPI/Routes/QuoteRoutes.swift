import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Quotes of a post: who quotes it, who may, and what its author says to it.
struct QuoteRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/statuses/:id/quotes") { try await list($0, $1) }
        api.put("v1/statuses/:id/interaction_policy") { try await setPolicy($0, $1) }
        answer(api, "v1/statuses/:id/quotes/:quoting/revoke") { try await $0.revokeQuote($1, as: $2) }
        answer(api, "staffroom/v1/statuses/:id/quotes/:quoting/allow") {
            try await $0.answerQuote($1, accepts: true, as: $2)
        }
        answer(api, "staffroom/v1/statuses/:id/quotes/:quoting/refuse") {
            try await $0.answerQuote($1, accepts: false, as: $2)
        }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        let id = try context.postID()
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Post.ID(rawValue: $0) }
        let limit = parameters.limit()
        let posts = try await desk.database.read { db -> [PresentedPost] in
            guard let post = try db.posts.find(id), try db.sights.canSee(caller.viewer, post) else {
                throw Problem(.notFound, detail: "Record not found")
            }
            return try db.quoteViews.posts(
                quoting: post.uri,
                for: caller.viewer,
                before: before,
                limit: limit
            )
        }
        let entity = StatusEntity(school: caller.school)
        return ClientResponse.page(
            posts.map { .object(entity.make($0)) },
            first: posts.first?.position,
            last: posts.last?.position,
            of: caller.school,
            request
        )
    }

    private func setPolicy(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let id = try context.postID()
        let parameters = StatusParameters(try await Parameters(request, context))
        guard let policy = try parameters.quotePolicy() else {
            throw Problem(.unprocessableContent, detail: "quote_approval_policy is missing")
        }
        try await desk.publisher.setQuotePolicy(id, policy, as: caller.account.id)
        return try await show(id, caller)
    }

    /// What the author of a post does about a post that quotes it; answers with the latter.
    private func answer(
        _ api: RouterGroup<ServerContext>,
        _ path: RouterPath,
        _ body: @escaping @Sendable (Publisher, Post.ID, Account.ID) async throws -> Void
    ) {
        api.post(path) { request, context in
            let caller = try await desk.caller(request, context, "write:statuses")
            let id = try context.postID()
            guard let quoting = context.parameters.get("quoting").flatMap({ Post.ID($0) }) else {
                throw Problem(.notFound, detail: "Record not found")
            }
            // To everybody but the author of the quoted post there is no such quote, whether they may see it or not.
            let isOne = try await desk.database.read { db -> Bool in
                guard let quoted = try db.posts.find(id), quoted.author == caller.account.id,
                    let post = try db.posts.find(quoting)
                else { return false }
                return try db.quotes.find(uri: post.uri)?.quoted == quoted.uri
            }
            guard isOne else { throw Problem(.notFound, detail: "Record not found") }
            try await body(desk.publisher, quoting, caller.account.id)
            return try await show(quoting, caller)
        }
    }

    private func show(_ id: Post.ID, _ caller: Caller) async throws -> Response {
        let shown = try await desk.database.read { db -> PresentedPost? in
            guard let post = try db.posts.find(id), try db.sights.canSee(caller.viewer, post) else {
                return nil
            }
            return try db.presenter.present([post], to: caller.viewer).first
        }
        guard let shown else { throw Problem(.notFound, detail: "Record not found") }
        return ClientResponse.json(.object(StatusEntity(school: caller.school).make(shown)))
    }
}
