import Access
import Domain
import Hummingbird
import Outbox
import Server
import Storage

/// The form to quote a post, and what its author says to a quote.
struct QuotePages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("posts/:id/quote") { try await form($0, $1) }
        answer(router, "allow") { try await $0.answerQuote($1, accepts: true, as: $2) }
        answer(router, "refuse") { try await $0.answerQuote($1, accepts: false, as: $2) }
        answer(router, "revoke") { try await $0.revokeQuote($1, as: $2) }
    }

    private func form(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard visit.person != nil else { return Page.redirect("/sign-in") }
        guard let id = context.parameters.get("id").flatMap({ Post.ID($0) }) else { throw Problem(.notFound) }
        let found = try await desk.database.read { db -> PresentedPost? in
            guard let post = try db.posts.find(id), try db.sights.canSee(visit.viewer, post) else {
                return nil
            }
            return try db.presenter.present([post], to: visit.viewer).first
        }
        guard let shown = found else { throw Problem(.notFound) }
        var page = Page(visit, title: "Quote a post")
        page.body = PostHTML(visit: visit).article(shown)
        switch shown.mayQuote {
        case .refused: page.body += "<p class=\"hint\">Its author has chosen who may quote this post.</p>"
        case .asked:
            page.body +=
                "<p class=\"hint\">Its author is asked first; until then your post shows that it quotes.</p>"
            page.body += ComposeForm(visit, .quote(shown)).html
        case .approved: page.body += ComposeForm(visit, .quote(shown)).html
        }
        return page.response()
    }

    /// `:id` is the post that quotes.
    private func answer(
        _ router: RouterGroup<ServerContext>,
        _ verb: String,
        _ body: @escaping @Sendable (Publisher, Post.ID, Account.ID) async throws -> Void
    ) {
        let page: @Sendable (Post.ID) -> String = { verb == "revoke" ? "/posts/\($0)" : "/notifications" }
        desk.act(router, "posts/:id/quote/\(verb)", to: page) { form in
            try await body(desk.publisher, form.id, form.account)
        }
    }
}
