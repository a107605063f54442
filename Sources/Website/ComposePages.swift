import Access
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// Writing and editing: the page for articles, the form of every post, and its edits.
struct ComposePages: Sendable {
    /// The longest form in bytes: an article's text with every byte escaped.
    private static let longestForm = 1 << 20

    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("write") { try await write($0, $1) }
        router.post("posts") { try await publish($0, $1) }
        router.get("posts/:id/edit") { try await edit($0, $1) }
        router.post("posts/:id/edit") { try await save($0, $1) }
        router.get("posts/:id/history") { try await history($0, $1) }
    }

    private func write(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard visit.person != nil else { return Page.redirect("/sign-in") }
        var page = Page(visit, title: "Write an article")
        page.body = ComposeForm(visit, .article).html
        return page.response()
    }

    private func publish(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, fields, upload) = try await desk.formWithFile(request, context)
        var draft = Self.draft(fields, from: PostDraft(text: ""))
        draft.uploads = upload.map { [$0.id] }
        if draft.type == .article { draft.cover = upload?.id }
        draft.audience = fields["audience"].flatMap { Audience(rawValue: $0) } ?? .public
        draft.isLocalOnly = fields["local"] != nil
        draft.inReplyTo = fields["reply"].flatMap { Post.ID($0) }
        draft.quotes = fields["quote"].flatMap { Post.ID($0) }
        return try await desk.finish(draft, fields, as: person.account, context)
    }

    private func edit(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let post = try await own(context, person.account.id)
        var page = Page(visit, title: post.type == .article ? "Edit the article" : "Edit the post")
        page.body = ComposeForm(visit, .edit(post)).html
        return page.response()
    }

    private func save(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, _, fields) = try await desk.form(request, context, limit: Self.longestForm)
        let post = try await own(context, person.account.id)
        let named = Dictionary(fields.all.map { ($0.name, $0.value) }) { $1 }
        var draft = Self.draft(named, from: PostDraft(editing: post))
        // The form has no fields for it: other answers would make the votes void.
        draft.keepsPoll = true
        _ = try await desk.publisher.edit(post.id, draft, as: person.account.id)
        return Page.redirect("/posts/\(post.id)")
    }

    private func own(_ context: ServerContext, _ account: Account.ID) async throws -> Post {
        guard let id = context.parameters.get("id").flatMap({ Post.ID($0) }),
            let post = try await desk.database.read({ try $0.posts.find(id) }), post.author == account,
            post.deletedAt == nil
        else { throw Problem(.notFound) }
        return post
    }

    /// The draft that a form makes of another one; boxes that are not ticked are not sent.
    static func draft(_ fields: [String: String], from start: PostDraft) -> PostDraft {
        var draft = start
        draft.text = fields["text"] ?? ""
        draft.title = fields["title"] ?? ""
        draft.summary = fields["summary"] ?? ""
        draft.format = fields["markdown"] == nil ? .plain : .markdown
        draft.isSensitive = fields["sensitive"] != nil
        draft.language = fields["language"].flatMap { $0.isEmpty || $0.utf8.count > 35 ? nil : $0 }
        draft.replyPolicy = fields["replies"].flatMap { InteractionPolicy(rawValue: $0) } ?? start.replyPolicy
        draft.boostPolicy = fields["boosts"].flatMap { InteractionPolicy(rawValue: $0) } ?? start.boostPolicy
        if let choice = fields["quotes"].flatMap({ QuotePolicy.Choice(rawValue: $0) }),
            choice != start.quotePolicy.choice
        {
            draft.quotePolicy = QuotePolicy(choice)
        }
        draft.learning = fields["kind"].flatMap { Learning.Kind(rawValue: $0) }.map {
            Learning($0, whatWeDid: fields["what"] ?? "", why: fields["why"] ?? "")
        }
        return draft
    }

    private func history(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let id = context.parameters.get("id").flatMap({ Post.ID($0) }) else { throw Problem(.notFound) }
        let found = try await desk.database.read { db -> (PresentedPost, [PostVersion])? in
            guard let post = try db.posts.find(id), try db.sights.canSee(visit.viewer, post),
                let shown = try db.presenter.present([post], to: visit.viewer).first
            else { return nil }
            return (shown, try db.postVersions.find(of: id))
        }
        guard let (shown, versions) = found, visit.person != nil || shown.author.school == visit.school.id
        else { throw Problem(.notFound) }
        var page = Page(visit, title: "How this post was edited")
        page.body = HistoryHTML(visit: visit).make(shown, versions)
        return page.response()
    }
}
