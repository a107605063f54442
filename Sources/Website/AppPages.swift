import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Server
import Storage

/// Which apps may act for somebody, and where they are signed in; each can be ended.
struct AppPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("settings/apps") { try await list($0, $1) }
        router.post("settings/apps/end") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            if let id = fields["permission"].flatMap({ Permission.ID($0) }) {
                try await desk.permissions.end(id, of: person.account.id)
            }
            return Page.redirect("/settings/apps")
        }
        router.post("settings/sessions/end") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            try await desk.sessions.end(fields["session"] ?? "", of: person.account.id)
            return Page.redirect("/settings/apps")
        }
        router.post("settings/tokens/end") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            let hash = fields["token"] ?? ""
            try await desk.database.write { try $0.accessTokens.remove(hash, of: person.account.id) }
            return Page.redirect("/settings/apps")
        }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let id = person.account.id
        let allowed = try await desk.permissions.list(of: id)
        let tokens = try await desk.database.read { try $0.accessTokens.findWithoutApp(of: id) }
        let cookie = SessionCookie(visit.school).read(request) ?? ""
        let sessions = try await desk.sessions.list(of: id, asking: cookie)
        var page = Page(visit, title: "Apps and sign-ins")
        page.body = "<h2>Apps that may use your account</h2>"
        if allowed.isEmpty { page.body += "<p class=\"empty\">None.</p>" }
        page.body += allowed.map { app($0, visit) }.joined()
        for token in tokens {
            page.body +=
                "<div class=\"card\"><p>A token that an admin has made, \(PostHTML.time(token.createdAt, at: visit.school)).</p>"
            page.body += Self.end("tokens", "token", token.tokenHash, "End the token", visit) + "</div>"
        }
        page.body += "<h2>Where you are signed in</h2>"
        for session in sessions {
            let mark = session.isThis ? " This browser." : ""
            page.body +=
                "<div class=\"card\"><p>A browser, since \(PostHTML.time(session.createdAt, at: visit.school)).\(mark)</p>"
            page.body += Self.end("sessions", "session", session.name, "Sign it out", visit) + "</div>"
        }
        return page.response()
    }

    private func app(_ shown: Permissions.Shown, _ visit: Visit) -> String {
        let permission = shown.permission
        let scopes = (Scopes(permission.scopes)?.all ?? []).map {
            "<li>\(HTMLEscape.text(ScopeWords.text($0)))</li>"
        }.joined()
        let used =
            permission.usedAt.map { ", last used \(PostHTML.time($0, at: visit.school))" } ?? ", not used yet"
        return """
            <div class="card"><h3><bdi>\(HTMLEscape.text(shown.app.name))</bdi></h3>
            <p>Allowed \(PostHTML.time(permission.createdAt, at: visit.school))\(used).</p><ul>\(scopes)</ul>
            \(Self.end("apps", "permission", permission.id.description, "Take it back from \(shown.app.name)", visit))</div>
            """
    }

    private static func end(_ path: String, _ field: String, _ value: String, _ label: String, _ visit: Visit)
        -> String
    {
        """
        <form method="post" action="/settings/\(path)/end">\(Page.csrf(visit))
        <input type="hidden" name="\(field)" value="\(HTMLEscape.attribute(value))">
        <button>\(HTMLEscape.text(label))</button></form>
        """
    }
}
