import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// The pages for those who handle reports, and for auditors, who read them.
///
/// To anybody else they are not there.
struct CasePages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("admin/reports") { try await list($0, $1) }
        router.get("admin/reports/:id") { try await show($0, $1) }
        act(router, "assign") { desk, id, person, _ in
            try await desk.assign(id, to: person, as: .account(person))
        }
        act(router, "unassign") { desk, id, person, _ in
            try await desk.assign(id, to: nil, as: .account(person))
        }
        act(router, "note") { desk, id, person, fields in
            try await desk.note(id, fields["text"] ?? "", as: .account(person))
        }
        act(router, "reopen") { desk, id, person, _ in try await desk.reopen(id, as: .account(person)) }
        act(router, "resolve") { desk, id, person, fields in
            guard let outcome = fields["outcome"].flatMap({ Report.Outcome(rawValue: $0) }) else {
                throw Problem(.unprocessableContent, detail: "Choose what came of it.")
            }
            return try await desk.resolve(id, outcome, as: .account(person))
        }
    }

    /// The visit of somebody who reads reports.
    private func reader(_ request: Request, _ context: ServerContext) async throws -> (
        Visit, Sessions.SignedIn
    ) {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person, person.role.readsReports else { throw Problem(.notFound) }
        return (visit, person)
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (visit, person) = try await reader(request, context)
        let fields = FormFields(request.uri.query ?? "")
        let isResolved = fields["state"] == "resolved"
        let query = ReportStore.Query(
            school: nil,
            states: isResolved ? [.resolved] : [.open, .assigned],
            before: fields["before"].flatMap { Report.ID($0) }
        )
        let files = try await desk.publisher.cases.page(query, as: .account(person.account.id))
        var page = Page(visit, title: isResolved ? "Closed reports" : "Reports")
        page.body =
            isResolved
            ? "<p><a href=\"/admin/reports\">Reports that are not closed</a></p>"
            : "<p><a href=\"/admin/reports?state=resolved\">Closed reports</a></p>"
        let html = CaseHTML(visit: visit)
        page.body += files.map(html.line).joined()
        if files.isEmpty { page.body += "<p class=\"empty\">There are none.</p>" }
        if let last = files.last, files.count == query.limit {
            let state = isResolved ? "state=resolved&amp;" : ""
            page.body += "<p><a href=\"/admin/reports?\(state)before=\(last.report.id)\">Older ones</a></p>"
        }
        return page.response()
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (visit, person) = try await reader(request, context)
        guard let id = context.parameters.get("id").flatMap({ Report.ID($0) }) else {
            throw Problem(.notFound)
        }
        let file = try await desk.publisher.cases.find(id, as: .account(person.account.id))
        let posts = try await desk.database.read { try $0.presenter.present(file.posts, to: visit.viewer) }
        var page = Page(visit, title: "Report about \(file.reported.shownName)")
        page.body = CaseHTML(visit: visit).page(file, posts: posts, mayChange: person.role.handlesReports)
        return page.response()
    }

    private func act(
        _ router: RouterGroup<ServerContext>,
        _ verb: String,
        _ body: @escaping @Sendable (CaseDesk, Report.ID, Account.ID, FormFields) async throws -> CaseFile
    ) {
        desk.act(router, "admin/reports/:id/\(verb)", to: { "/admin/reports/\($0)" }) {
            (form: RowForm<Report>) in
            _ = try await body(desk.publisher.cases, form.id, form.account, form.fields)
        }
    }
}

/// Writes cases as HTML.
struct CaseHTML {
    let visit: Visit

    private var people: PostHTML { PostHTML(visit: visit) }

    /// A case in a list.
    func line(_ file: CaseFile) -> String {
        let assignee = file.assignee.map { ", for \(people.person($0))" } ?? ""
        return """
            <article><p><a href="/admin/reports/\(file.report.id)">\(file.report.category.shown)</a>, about \
            \(people.person(file.reported))</p><p class="counts">\(time(file.report.createdAt)), \
            \(file.report.state.shown)\(assignee), \(Words.count(file.posts.count, "post")), \
            \(Words.count(file.notes.count, "note"))</p></article>
            """
    }

    /// A case with all that belongs to it.
    func page(_ file: CaseFile, posts: [PresentedPost], mayChange: Bool) -> String {
        let report = file.report
        let from = report.host.map { ", from <bdi>\(HTMLEscape.text($0.description))</bdi>" } ?? ""
        let outcome = report.outcome.map { ": \($0.shown)" } ?? ""
        var html = """
            <div class="card"><p>About \(people.person(file.reported))\(Self.standing(file.reported))</p>
            <p>Reported by \(people.person(file.reporter))\(from), \(time(report.createdAt))\
            \(report.isForwarded ? ", and forwarded to its server" : "")</p>
            <p>\(report.category.shown)</p>
            <blockquote dir="auto">\(lines(report.comment))</blockquote>
            <p>\(report.state.shown)\(outcome)\(file.assignee.map { ", for \(people.person($0))" } ?? "")</p></div>
            """
        html += "<h2>Posts</h2>" + people.list(posts, empty: "The report names no post that still stands.")
        if file.deletedPosts > 0 {
            html +=
                "<p>\(Words.count(file.deletedPosts, "post")) of it \(file.deletedPosts == 1 ? "was" : "were") deleted since.</p>"
        }
        html += "<h2>Notes</h2>"
        html += file.notes.map(note).joined()
        if file.notes.isEmpty { html += "<p class=\"empty\">None yet.</p>" }
        return html + (mayChange ? forms(file) : "")
    }

    private func note(_ note: Report.Note) -> String {
        """
        <article><p class="author"><bdi>\(HTMLEscape.text(note.by))</bdi>, \(time(note.createdAt))</p>
        <p dir="auto">\(lines(note.text))</p></article>
        """
    }

    private func forms(_ file: CaseFile) -> String {
        let path = "/admin/reports/\(file.report.id)"
        let writing = """
            <form class="card" method="post" action="\(path)/note">\(Page.csrf(visit))
            <label for="text">A note for the other moderators</label>
            <textarea id="text" name="text" rows="3" required></textarea><button>Add the note</button></form>
            """
        if file.report.state == .resolved {
            return writing
                + "<div class=\"actions\">\(people.button("\(path)/reopen", "Open it again"))</div>"
        }
        let isMine = file.assignee?.id == visit.person?.account.id
        let taking =
            isMine
            ? people.button("\(path)/unassign", "Give it back")
            : people.button("\(path)/assign", "Take it on")
        let outcomes = Report.Outcome.allCases.map {
            "<option value=\"\($0.rawValue)\">\($0.shown)</option>"
        }
        return writing + """
            <div class="actions">\(taking)</div>
            <form class="card" method="post" action="\(path)/resolve">\(Page.csrf(visit))
            <label for="outcome">Close it: what came of it?</label>
            <select id="outcome" name="outcome">\(outcomes.joined())</select>
            <button class="primary">Close the report</button></form>
            """
    }

    private static func standing(_ account: Account) -> String {
        if account.goneAt != nil { return ", deleted" }
        if account.suspendedAt != nil { return ", suspended" }
        return account.isLimited ? ", limited" : ""
    }

    private func lines(_ text: String) -> String {
        text.isEmpty ? "(no comment)" : HTMLEscape.text(text).replacing("\n", with: "<br>")
    }

    private func time(_ time: Timestamp) -> String {
        let text = WireDate.format(time.milliseconds)
        return "<time datetime=\"\(text)\">\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC</time>"
    }
}

extension Report.State {
    fileprivate var shown: String {
        switch self {
        case .open: "open"
        case .assigned: "in hand"
        case .resolved: "closed"
        }
    }
}

extension Report.Outcome {
    fileprivate var shown: String {
        switch self {
        case .dismissed: "nothing had to be done"
        case .warned: "the account was spoken with"
        case .limited: "limit the account: only its followers see it in feeds"
        case .suspended: "suspend the account"
        }
    }
}
