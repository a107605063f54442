import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// What a person changes of their own account: its name, and its end.
struct SettingsPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("settings") { request, context in
            try await show(request, context) { visit, person in index(visit, person) }
        }
        router.get("settings/name") { request, context in
            try await show(request, context) { visit, person in name(visit, person) }
        }
        router.post("settings/name") { try await rename($0, $1) }
        router.get("settings/delete") { request, context in
            try await show(request, context) { visit, person in deletion(visit, person) }
        }
        router.post("settings/delete") { try await delete($0, $1) }
        router.get("settings/deleted") { try await deleted($0, $1) }
    }

    private func show(
        _ request: Request,
        _ context: ServerContext,
        _ page: (Visit, Sessions.SignedIn) -> Page
    ) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        return page(visit, person).response()
    }

    private func index(_ visit: Visit, _ person: Sessions.SignedIn) -> Page {
        var page = Page(visit, title: "Settings")
        page.body = """
            <ul class="card">
            <li><a href="/settings/name">Change your name</a>: you are <bdi>\(HTMLEscape.text(person.account.handle.description))</bdi></li>
            <li><a href="/settings/apps">Apps, and where you are signed in</a></li>
            <li><a href="/settings/move">Move to or from another account</a></li>
            <li><a href="/settings/export">Take everything along</a></li>
            <li><a href="/settings/import">Bring something along</a></li>
            <li><a href="/settings/delete">Delete your account</a></li>
            </ul>
            """
        return page
    }

    private func name(
        _ visit: Visit,
        _ person: Sessions.SignedIn,
        typed: String? = nil,
        error: String? = nil
    ) -> Page {
        var page = Page(visit, title: "Change your name")
        page.body = """
            <p>You are <bdi>\(HTMLEscape.text(person.account.handle.description))</bdi>. With another name you keep your
            posts, and those who follow you. For a year the old name still leads to you, and nobody else gets it.
            You can change it once in 30 days.</p>
            \(Self.problem(error))
            <form class="card" method="post" action="/settings/name">\(Page.csrf(visit))
            <label for="name">New name</label>
            <input id="name" name="name" type="text" autocapitalize="none" autocomplete="off" spellcheck="false" required
              maxlength="30" value="\(HTMLEscape.attribute(typed ?? ""))"\(Self.described(error))>
            <p class="hint">Letters, digits, _ . and -</p>
            <button class="primary">Change it</button>
            </form>
            """
        return page
    }

    private func rename(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, school, fields) = try await desk.form(request, context, limit: 4_096)
        let typed = fields["name"] ?? ""
        let reason: String
        do {
            _ = try await desk.publisher.rename(person.account.id, to: typed)
            return Page.redirect("/settings")
        } catch let error as NameError {
            reason = error.description
        } catch let error as OutboxError {
            reason = error.description
        }
        let visit = Visit(school: school, person: person)
        return name(visit, person, typed: typed, error: reason).response(.unprocessableContent)
    }

    private func deletion(_ visit: Visit, _ person: Sessions.SignedIn, error: String? = nil) -> Page {
        var page = Page(visit, title: "Delete your account")
        page.body = """
            <p>This deletes <bdi>\(HTMLEscape.text(person.account.handle.description))</bdi>, all its posts, pictures and
            follows, for good. Other servers are told to delete what they have of it. Nobody gets the name again, you
            neither. There is no way back.</p>
            \(Self.problem(error))
            <form class="card" method="post" action="/settings/delete">\(Page.csrf(visit))
            <label for="password">Your password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required\(Self.described(error))>
            <p><button class="primary">Delete my account for good</button></p>
            </form>
            """
        return page
    }

    private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, school, fields) = try await desk.form(request, context, limit: 4_096)
        let (account, address) = (person.account, context.client.address)
        if let wait = desk.signIns?.begin(account.handle, from: address) { throw SignInPages.tooMany(wait) }
        guard try await desk.sessions.isPassword(fields["password"] ?? "", of: account.id) else {
            let visit = Visit(school: school, person: person)
            return deletion(visit, person, error: "the password is not right").response(.unprocessableContent)
        }
        desk.signIns?.succeeded(account.handle, from: address)
        try await desk.publisher.deleteAccount(account.id)
        return Page.redirect("/settings/deleted", cookie: SessionCookie(school).clear)
    }

    private func deleted(_ request: Request, _ context: ServerContext) async throws -> Response {
        var page = Page(try await desk.visit(request, context), title: "Your account is deleted")
        page.body = "<p>What is left of it is being removed. <a href=\"/\">To the start</a></p>"
        return page.response()
    }

    /// What is wrong with a form's field, in a sentence.
    static func problem(_ error: String?) -> String {
        guard let error else { return "" }
        let text = error.prefix(1).uppercased() + error.dropFirst()
        return "<p class=\"error\" role=\"alert\" id=\"problem\">\(HTMLEscape.text(text)).</p>"
    }

    /// Ties the field to what is wrong with it.
    static func described(_ error: String?) -> String {
        error == nil ? "" : " aria-describedby=\"problem\" aria-invalid=\"true\""
    }
}
