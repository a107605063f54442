import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Server
import Storage

/// The half of OAuth 2 for people: signing in, and letting an app act.
///
/// Spec: RFC 6749 section 4.1, RFC 9207, RFC 9700.
struct ConsentPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("oauth/authorize") { try await ask($0, $1) }
        router.post("oauth/authorize") { try await answer($0, $1) }
    }

    private func ask(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        let query = request.uri.query ?? ""
        let fields = FormFields(query)
        let (app, address) = try await client(fields, visit)
        let asked: AuthorizationRequest
        do {
            asked = try Self.read(fields, app, address)
        } catch {
            return try refusal(error, fields, address, visit)
        }
        let isForced = fields["force_login"].map { ["true", "1"].contains($0) } ?? false
        guard let person = visit.person, !isForced else {
            // Once signed in, they need not sign in again.
            let next = query.split(separator: "&").filter { !$0.hasPrefix("force_login=") }.joined(
                separator: "&"
            )
            let about = "<p>\(Self.name(app)) wants to use your account. Sign in to decide.</p>"
            return SignInPages(desk: desk).page(visit, next: "/oauth/authorize?\(next)", about: about)
                .response()
        }
        return page(asked, fields, person, visit).response()
    }

    private func page(
        _ asked: AuthorizationRequest,
        _ fields: FormFields,
        _ person: Sessions.SignedIn,
        _ visit: Visit
    )
        -> Page
    {
        let hidden = AuthorizationRequest.fields.compactMap { name in
            fields[name].map {
                "<input type=\"hidden\" name=\"\(name)\" value=\"\(HTMLEscape.attribute($0))\">"
            }
        }.joined()
        let scopes = asked.scopes.all.map { "<li>\(HTMLEscape.text(ScopeWords.text($0)))</li>" }.joined()
        var page = Page(visit, title: "Let an app use your account?")
        page.formTarget = RedirectAddress.policySource(of: asked.redirectURI)
        let site = asked.app.website.isEmpty ? "" : " Its page: \(HTMLEscape.text(asked.app.website))."
        page.body = """
            <p>\(Self.name(asked.app)) wants to use your account <b>\(HTMLEscape.text(person.account.handle.description))</b>.\(site)
            It is a program of somebody else; it has chosen its name itself.</p>
            <p id="scopes">It could:</p>
            <ul aria-labelledby="scopes">\(scopes)</ul>
            <p>Your answer goes to \(HTMLEscape.text(RedirectAddress.shown(asked.redirectURI))). You can take it back at any
            time under Apps.</p>
            <form class="card" method="post" action="/oauth/authorize">\(Page.csrf(visit))\(hidden)
            <button class="primary" name="decision" value="allow">Allow</button>
            <button name="decision" value="refuse">Refuse</button>
            </form>
            <p class="hint">If you did not just ask an app to sign in, refuse.</p>
            """
        return page
    }

    private func answer(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, _, fields) = try await desk.form(request, context)
        let visit = try await desk.visit(request, context)
        let (app, address) = try await client(fields, visit)
        do {
            let asked = try Self.read(fields, app, address)
            guard fields["decision"] == "allow" else { throw OAuthError.accessDenied }
            let code = try await desk.permissions.allow(asked, for: person.account.id)
            if address == ClientApp.outOfBand { return shown(code, app, visit) }
            return goOn(to: address, [("code", code)], fields, visit)
        } catch let error as OAuthError {
            return try refusal(error, fields, address, visit)
        }
    }

    /// The client and one of its own addresses; only then anybody may be sent there.
    ///
    /// - Throws: `Problem` with status 400, shown as a page.
    private func client(_ fields: FormFields, _ visit: Visit) async throws -> (ClientApp, address: String) {
        for name in AuthorizationRequest.fields where fields.all.filter({ $0.name == name }).count > 1 {
            throw Problem(.badRequest, detail: "The app asked for something twice. Tell whoever makes it.")
        }
        guard let id = fields["client_id"], let app = try await desk.apps.find(id, at: visit.school.id) else {
            throw Problem(
                .badRequest,
                detail: "The app is not known here. Remove the account in the app and add it again."
            )
        }
        do {
            return (app, try AuthorizationRequest.redirectURI(fields["redirect_uri"], of: app))
        } catch {
            throw Problem(
                .badRequest,
                detail: "The app wants to send you to an address that it has not registered. Do not use it."
            )
        }
    }

    private static func read(_ fields: FormFields, _ app: ClientApp, _ address: String) throws(OAuthError)
        -> AuthorizationRequest
    {
        try AuthorizationRequest(app, redirectURI: address) { fields[$0] }
    }

    /// Tells the app why there is no code; without an address of its own, the person.
    private func refusal(_ error: OAuthError, _ fields: FormFields, _ address: String, _ visit: Visit) throws
        -> Response
    {
        guard address != ClientApp.outOfBand else {
            if error == .accessDenied { return Page.redirect("/home") }
            throw Problem(.badRequest, detail: "\(error.description).")
        }
        return goOn(
            to: address,
            [("error", error.code), ("error_description", error.description)],
            fields,
            visit
        )
    }

    private func goOn(to address: String, _ answer: [(String, String)], _ fields: FormFields, _ visit: Visit)
        -> Response
    {
        var answer = answer
        if let state = fields["state"] { answer.append(("state", state)) }
        answer.append(("iss", visit.school.origin.description))
        var response = Page.redirect(RedirectAddress.adding(answer, to: address))
        // The code must not travel on from there.
        response.headers[.referrers] = "no-referrer"
        return response
    }

    /// The code for an app that cannot be sent to.
    private func shown(_ code: String, _ app: ClientApp, _ visit: Visit) -> Response {
        var page = Page(visit, title: "Give this code to the app")
        page.body = """
            <p><label for="code">Copy the code into \(Self.name(app)). It is good for ten minutes, once.</label></p>
            <p><input id="code" type="text" readonly value="\(HTMLEscape.attribute(code))" size="48"></p>
            <p class="hint">Whoever asks you for it on the phone or in a message wants your account.</p>
            """
        return page.response(headers: [.referrers: "no-referrer"])
    }

    private static func name(_ app: ClientApp) -> String { "<b><bdi>\(HTMLEscape.text(app.name))</bdi></b>" }
}

extension HTTPField.Name {
    fileprivate static let referrers = HTTPField.Name("Referrer-Policy") ?? .vary
}
