import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// The forms to report a post or a person to one's own moderators.
struct ReportPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("posts/:id/report") { try await form($0, $1) { try await post($0, $1) } }
        router.post("posts/:id/report") { try await send($0, $1) { try await post($0, $1) } }
        router.get("people/:id/report") { try await form($0, $1) { try await person($0, $1) } }
        router.post("people/:id/report") { try await send($0, $1) { try await person($0, $1) } }
        router.get("reports/sent") { try await sent($0, $1) }
    }

    /// What is reported.
    private struct Subject {
        let account: Account
        let post: PresentedPost?

        var path: String { post.map { "/posts/\($0.post.id)" } ?? "/people/\(account.id)" }
    }

    private func post(_ id: String?, _ visit: Visit) async throws -> Subject {
        guard let id = id.flatMap({ Post.ID($0) }) else { throw Problem(.notFound) }
        let shown = try await desk.database.read { db -> PresentedPost? in
            guard let post = try db.posts.find(id), try db.sights.canSee(visit.viewer, post) else {
                return nil
            }
            return try db.presenter.present([post], to: visit.viewer).first
        }
        guard let shown else { throw Problem(.notFound) }
        return Subject(account: shown.author, post: shown)
    }

    private func person(_ id: String?, _ visit: Visit) async throws -> Subject {
        guard let id = id.flatMap({ Account.ID($0) }),
            let account = try await desk.database.read({ try $0.accounts.find(id) }), account.goneAt == nil
        else { throw Problem(.notFound) }
        return Subject(account: account, post: nil)
    }

    private func form(
        _ request: Request,
        _ context: ServerContext,
        _ find: (String?, Visit) async throws -> Subject
    ) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard visit.person != nil else { return Page.redirect("/sign-in") }
        return page(try await find(context.parameters.get("id"), visit), visit).response()
    }

    private func send(
        _ request: Request,
        _ context: ServerContext,
        _ find: (String?, Visit) async throws -> Subject
    ) async throws -> Response {
        let (person, school, fields) = try await desk.form(request, context)
        let visit = Visit(school: school, person: person)
        let subject = try await find(context.parameters.get("id"), visit)
        var draft = ReportDraft(about: subject.account.id, comment: fields["comment"] ?? "")
        draft.posts = subject.post.map { [$0.post.id] } ?? []
        draft.category = fields["category"].flatMap { Report.Category(rawValue: $0) } ?? .other
        draft.isForwarded = fields["forward"] == "yes"
        do {
            _ = try await desk.publisher.report(draft, as: person.account.id)
        } catch OutboxError.badText(let reason) {
            return page(subject, visit, draft, error: reason).response(.unprocessableContent)
        }
        return Page.redirect("/reports/sent")
    }

    private func page(_ subject: Subject, _ visit: Visit, _ draft: ReportDraft? = nil, error: String? = nil)
        -> Page
    {
        let html = PostHTML(visit: visit)
        let what = subject.post == nil ? subject.account.shownName : "a post by \(subject.account.shownName)"
        var page = Page(visit, title: "Report \(what)")
        if let error {
            page.body += "<p class=\"error\" role=\"alert\" id=\"problem\">\(HTMLEscape.text(error)).</p>"
        }
        let options = Report.Category.allCases.map { category in
            let isChosen = category == (draft?.category ?? .violation)
            return
                "<option value=\"\(category.rawValue)\"\(isChosen ? " selected" : "")>\(category.shown)</option>"
        }
        let host = HTMLEscape.text(subject.account.host.description)
        let forward =
            subject.account.host == visit.school.host
            ? ""
            : """
            <p><label><input type="checkbox" name="forward" value="yes"\(draft?.isForwarded == true ? " checked" : "")>
            Also tell the moderators of <bdi>\(host)</bdi>. They are not told who you are.</label></p>
            """
        page.body += """
            <p>Your school's moderators read this. \(html.person(subject.account)) is not told of it.</p>
            <form class="card" method="post" action="\(subject.path)/report">\(Page.csrf(visit))
            <label for="category">What is wrong?</label>
            <select id="category" name="category">\(options.joined())</select>
            <label for="comment">What should the moderators know?</label>
            <textarea id="comment" name="comment" rows="5"\(error == nil ? "" : " aria-describedby=\"problem\"")>\
            \(HTMLEscape.text(draft?.comment ?? ""))</textarea>
            \(forward)<button class="primary">Send the report</button>
            </form>
            """
        return page
    }

    private func sent(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        var page = Page(visit, title: "Thank you")
        page.body = """
            <p>Your report is with your school's moderators.</p>
            <p><a href="/home">Back to the start</a></p>
            """
        return page.response()
    }
}

extension Report.Category {
    /// The words that people see.
    var shown: String {
        switch self {
        case .violation: "It breaks our rules"
        case .spam: "It is spam"
        case .legal: "It is against the law"
        case .other: "Something else"
        }
    }
}
