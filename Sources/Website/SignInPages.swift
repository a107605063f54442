import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Server

/// Signing in and out.
struct SignInPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("sign-in") { request, context in
            let visit = try await desk.visit(request, context)
            return visit.person == nil ? page(visit).response() : Page.redirect("/home")
        }
        router.post("sign-in") { try await signIn($0, $1) }
        router.post("sign-out") { try await signOut($0, $1) }
    }

    /// The page to sign in on.
    ///
    /// `next`: where to go on; a page of ours.
    func page(
        _ visit: Visit,
        error: String? = nil,
        name: String = "",
        next: String? = nil,
        about: String = ""
    ) -> Page {
        var page = Page(visit, title: "Sign in")
        page.body += about
        if let error { page.body += "<p class=\"error\" role=\"alert\">\(HTMLEscape.text(error))</p>" }
        let next =
            next.map { "<input type=\"hidden\" name=\"next\" value=\"\(HTMLEscape.attribute($0))\">" } ?? ""
        page.body += """
            <form class="card" method="post" action="/sign-in">\(next)
            <label for="name">Name</label>
            <input id="name" name="name" type="text" autocomplete="username" autocapitalize="none" required
              value="\(HTMLEscape.attribute(name))">
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required>
            <p><button class="primary">Sign in</button></p>
            </form>
            """
        return page
    }

    /// Where to go on after signing in: the consent to an app and nowhere else, so that no link leads from here to strangers.
    private static func next(_ text: String?) -> String? {
        guard let text, text.hasPrefix("/oauth/authorize?"), text.utf8.count <= 8_192,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return text
    }

    private func signIn(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        // Another site must not sign somebody in as somebody else.
        if let origin = request.headers[.origin], origin != visit.school.origin.description {
            throw Problem(.forbidden, detail: "Sign in from this school's own page.")
        }
        let fields = try await FormFields.read(request, limit: 32_768, context)
        let name = fields["name"] ?? ""
        let next = Self.next(fields["next"])
        let handle = Sessions.handle(name, at: visit.school)
        if let wait = desk.signIns?.begin(handle, from: context.client.address) {
            throw Self.tooMany(wait)
        }
        guard let token = try await desk.sessions.signIn(handle, fields["password"] ?? "", at: visit.school)
        else {
            return page(visit, error: "The name or the password is not right.", name: name, next: next)
                .response(
                    .unprocessableContent
                )
        }
        desk.signIns?.succeeded(handle, from: context.client.address)
        return Page.redirect(next ?? "/home", cookie: SessionCookie(visit.school).set(token))
    }

    /// What somebody is told who has tried too many passwords.
    static func tooMany(_ seconds: Int) -> Problem {
        let minutes = (seconds + 59) / 60
        return Problem(
            .tooManyRequests,
            reason: "rate_limited",
            detail:
                "There were too many wrong passwords. Try again in \(minutes == 1 ? "a minute" : "\(minutes) minutes").",
            retryAfter: seconds
        )
    }

    private func signOut(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (_, school, _) = try await desk.form(request, context)
        let cookie = SessionCookie(school)
        if let token = cookie.read(request) { try await desk.sessions.signOut(token) }
        return Page.redirect("/", cookie: cookie.clear)
    }
}
