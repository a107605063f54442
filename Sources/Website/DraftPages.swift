import Access
import Domain
import Hummingbird
import Outbox
import Server
import Storage

/// Drafts and posts that wait for their time: lists of both, and the form to go on with one.
struct DraftPages: Sendable {
    private static let draftsPerPage = 20

    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("drafts") { try await list(.drafts, $0, $1) }
        router.get("scheduled") { try await list(.scheduled, $0, $1) }
        router.get("drafts/:id") { try await edit($0, $1) }
        router.post("drafts/:id") { try await save($0, $1) }
        router.post("drafts/:id/publish") { try await publish($0, $1) }
        router.post("drafts/:id/reschedule") { try await reschedule($0, $1) }
        router.post("drafts/:id/delete") { try await delete($0, $1) }
    }

    private func list(_ kind: DraftStore.Kind, _ request: Request, _ context: ServerContext) async throws
        -> Response
    {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let before = request.uri.queryParameters["before"].flatMap { SavedDraft.ID(String($0)) }
        let saved = try await desk.database.read { db in
            try db.drafts.page(
                kind,
                of: person.account.id,
                before: before,
                limit: Self.draftsPerPage + 1
            )
        }
        let isDrafts = kind == .drafts
        var page = Page(visit, title: isDrafts ? "Drafts" : "Scheduled posts")
        page.body = PersonalNav.html(isDrafts ? "/drafts" : "/scheduled")
        page.body += saved.prefix(Self.draftsPerPage).map(DraftHTML(visit: visit).card).joined()
        if saved.isEmpty {
            let empty = isDrafts ? "No drafts." : "No post waits for its time."
            page.body += "<p class=\"empty\">\(empty)</p>"
        }
        if saved.count > Self.draftsPerPage {
            let last = saved[Self.draftsPerPage - 1].id
            page.body +=
                "<p><a href=\"/\(isDrafts ? "drafts" : "scheduled")?before=\(last)\">Older ones</a></p>"
        }
        return page.response()
    }

    private func edit(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let (saved, uploads) = try await own(context, person.account.id)
        let html = DraftHTML(visit: visit)
        var page = Page(visit, title: saved.dueAt == nil ? "A draft" : "A scheduled post")
        page.body = html.state(saved)
        let draft = try saved.draft()
        page.body += html.partners(of: draft) + ComposeForm(visit, .saved(saved, draft, uploads)).html
        page.body += PostHTML(visit: visit).button("/drafts/\(saved.id)/delete", "Delete it")
        return page.response()
    }

    /// What the form does: it publishes, keeps or schedules what is written, in the place of what was saved.
    private func save(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, fields, upload) = try await desk.formWithFile(request, context)
        let (saved, _) = try await own(context, person.account.id)
        var draft = ComposePages.draft(fields, from: try saved.draft())
        draft.uploads = saved.uploads.filter { fields["keep-\($0)"] != nil } + (upload.map { [$0.id] } ?? [])
        if let upload, draft.type == .article { draft.cover = upload.id }
        if let cover = draft.cover, draft.uploads?.contains(cover) != true || draft.type != .article {
            draft.cover = nil
        }
        draft.audience = fields["audience"].flatMap { Audience(rawValue: $0) } ?? draft.audience
        draft.isLocalOnly = fields["local"] != nil
        return try await desk.finish(draft, fields, in: saved.id, as: person.account, context)
    }

    /// Publishes one as it was saved.
    private func publish(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, _, _) = try await desk.form(request, context)
        let (saved, _) = try await own(context, person.account.id)
        return try await desk.finish(
            try saved.draft(),
            ["do": "post"],
            in: saved.id,
            as: person.account,
            context
        )
    }

    private func reschedule(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, school, fields) = try await desk.form(request, context)
        let time = try school.time(fields["at"])
        _ = try await desk.publisher.reschedule(try context.draftID(), at: time, as: person.account.id)
        return Page.redirect("/scheduled")
    }

    private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, _, _) = try await desk.form(request, context)
        let (saved, _) = try await own(context, person.account.id)
        try await desk.publisher.discard(saved.id, as: person.account.id)
        return Page.redirect(saved.dueAt == nil ? "/drafts" : "/scheduled")
    }

    private func own(_ context: ServerContext, _ account: Account.ID) async throws -> (SavedDraft, [Upload]) {
        let id = try context.draftID()
        return try await desk.database.read { db in
            guard let saved = try db.drafts.find(id, of: account) else { throw Problem(.notFound) }
            return (saved, try saved.uploads.compactMap { try db.uploads.find($0, of: account) })
        }
    }
}

extension WebDesk {
    /// Does what the button says with what is written: publishes it, keeps it, or lets it wait for its time.
    ///
    /// `saved`: the draft that it was.
    func finish(
        _ draft: PostDraft,
        _ fields: [String: String],
        in saved: SavedDraft.ID? = nil,
        as author: Account,
        _ context: ServerContext
    ) async throws -> Response {
        switch fields["do"] {
        case "draft":
            try await publisher.save(draft, in: saved, as: author.id)
            return Page.redirect("/drafts")
        case "schedule":
            guard let host = context.host,
                let school = try await database.read({ try $0.schools.find(host: host) })
            else { throw Problem(.notFound) }
            let time = try school.time(fields["at"])
            try await publisher.schedule(draft, at: time, in: saved, as: author.id)
            return Page.redirect("/scheduled")
        default:
            let post = try await publisher.publish(draft, from: saved, as: author.id)
            if let parent = draft.inReplyTo { return Page.redirect("/posts/\(parent)") }
            return Page.redirect(
                post.type == .article || draft.quotes != nil ? "/posts/\(post.id)" : "/home"
            )
        }
    }
}

extension School {
    /// When its clocks show what a field says.
    ///
    /// - Throws: `Problem` with status 422 for what no clock shows.
    func time(_ text: String?) throws -> Timestamp {
        guard let time = text.flatMap({ timeZone.time(ofClock: $0) }) else {
            throw Problem(.unprocessableContent, detail: "Choose a day and a time, such as 2026-12-01 10:00.")
        }
        return time
    }
}

extension ServerContext {
    /// The draft's id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func draftID() throws -> SavedDraft.ID {
        guard let id = parameters.get("id").flatMap({ SavedDraft.ID($0) }) else { throw Problem(.notFound) }
        return id
    }
}
