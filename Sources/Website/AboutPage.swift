import Content
import Domain
import Hummingbird
import Server
import Storage

/// What a school is, for everybody: its rules, who looks after it, and with whom it exchanges posts.
struct AboutPage: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("about") { try await show($0, $1) }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        let school = visit.school
        let (staff, partners) = try await desk.database.read { db in
            var query = RosterView.Query(schools: [school.id], limit: 50)
            query.roles = [.moderator, .admin, .districtAdmin]
            query.standing = .active
            return (try db.roster.page(query), try db.partners.list(of: school.id))
        }
        var page = Page(visit, title: "About \(school.name)")
        page.body = """
            <p>This is the staffroom of <bdi>\(HTMLEscape.text(school.name))</bdi>: its teachers share what they try and learn, \
            with each other and with colleagues at other schools. It runs on the school's own server.</p>
            """
        page.body += Self.rules(school) + people(staff, visit) + Self.partners(partners, of: school)
        page.body += """
            <section class="card"><h2>What is kept, and who sees it</h2><p>A post is shown to those that its author chose, and \
            sent to the servers of those people alone. There is no advertising, no tracking and nothing from other sites on \
            these pages; the one cookie keeps you signed in.</p></section>
            """
        return page.response()
    }

    private static func rules(_ school: School) -> String {
        let lines = school.rules.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        if lines.isEmpty { return "" }
        let items = lines.map { "<li dir=\"auto\">\(HTMLEscape.text(String($0)))</li>" }
        return "<section class=\"card\"><h2>What we have agreed on</h2><ol>\(items.joined())</ol></section>"
    }

    private func people(_ staff: [RosterView.Line], _ visit: Visit) -> String {
        if staff.isEmpty { return "" }
        let html = PostHTML(visit: visit)
        let items = staff.map { "<li>\(html.person($0.account)), \($0.role?.shown ?? "")</li>" }
        return "<section class=\"card\"><h2>Who looks after it</h2><ul>\(items.joined())</ul></section>"
    }

    private static func partners(_ partners: [Partner], of school: School) -> String {
        let approved = partners.filter { $0.state == .approved }.map(\.host)
        var html = "<section class=\"card\"><h2>Whom it exchanges posts with</h2>"
        if school.federation == .open {
            return html + "<p>With every server that it has not blocked.</p></section>"
        }
        html += approved.isEmpty ? "<p>With nobody outside yet.</p>" : "<p>With its partners alone:</p>"
        let items = approved.map { "<li><bdi>\(HTMLEscape.text($0.description))</bdi></li>" }
        return html + (items.isEmpty ? "" : "<ul>\(items.joined())</ul>") + "</section>"
    }
}
