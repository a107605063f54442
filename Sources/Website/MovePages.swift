import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// The page to move from another account to this one, or from this one to another.
struct MovePages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("settings/move") { try await show($0, $1) }
        act(router, "alias") { fields, person in
            _ = try await desk.publisher.addAlias(try Self.handle(fields), as: person)
        }
        act(router, "unalias") { fields, person in
            guard let uri = fields["uri"].flatMap({ try? URI($0) }) else { throw Problem(.badRequest) }
            try await desk.publisher.removeAlias(uri, as: person)
        }
        act(router, "go") { fields, person in
            guard fields["sure"] == "yes" else {
                throw Problem(
                    .unprocessableContent,
                    detail: "Tick the box that says that you know what moving means."
                )
            }
            _ = try await desk.publisher.move(to: try Self.handle(fields), as: person)
        }
        act(router, "back") { _, person in try await desk.publisher.takeMoveBack(as: person) }
    }

    private static func handle(_ fields: FormFields) throws -> Handle {
        let text = (fields["who"] ?? "").filter { !$0.isWhitespace }
        let bare = text.hasPrefix("@") ? String(text.dropFirst()) : text
        guard bare.contains("@"), let handle = try? Handle(bare) else {
            throw Problem(.unprocessableContent, detail: "Write the account as name@server.example.")
        }
        return handle
    }

    private func act(
        _ router: RouterGroup<ServerContext>,
        _ verb: String,
        _ body: @escaping @Sendable (FormFields, Account.ID) async throws -> Void
    ) {
        router.post("settings/move/\(verb)") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            try await body(fields, person.account.id)
            return Page.redirect("/settings/move")
        }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let id = person.account.id
        let (aliases, target, last) = try await desk.database.read { db in
            let uris = try db.moves.aliases(of: id)
            let known = Dictionary(try db.accounts.find(uris: uris).map { ($0.uri, $0) }) { $1 }
            return (uris.map { ($0, known[$0]) }, try db.moves.target(of: id), try db.moves.find(id))
        }
        var page = Page(visit, title: "Moving")
        page.body = away(visit, target, mayMove: last?.isOver(at: desk.clock.now()) ?? true)
        page.body += here(visit, aliases)
        return page.response()
    }

    private func away(_ visit: Visit, _ target: Account?, mayMove: Bool) -> String {
        let html = PostHTML(visit: visit)
        if let target {
            return """
                <section class="card"><h2>You have moved</h2><p>Your new account is \(html.person(target)). This one stays \
                to be read, and does not write or follow.</p>
                \(html.button("/settings/move/back", "Take the move back"))
                <p class="hint">Whoever follows the new account stays there.</p></section>
                """
        }
        guard mayMove else {
            return """
                <section class="card"><h2>Move to another account</h2>
                <p>You moved less than seven days ago. After that you can move again.</p></section>
                """
        }
        return """
            <form class="card" method="post" action="/settings/move/go">\(Page.csrf(visit))
            <h2>Move to another account</h2>
            <p>First, say at the new account that this one is yours. There, it is called an alias; this one is \
            <strong>\(HTMLEscape.text(visit.person?.account.handle.description ?? ""))</strong>.</p>
            <label for="to">The new account</label>
            <input id="to" name="who" type="text" placeholder="name@server.example" autocapitalize="none" required>
            <label class="check"><input type="checkbox" name="sure" value="yes" required> My followers go along. This \
            account will not write or follow any more, and its posts stay here.</label>
            <button class="primary">Move</button></form>
            """
    }

    private func here(_ visit: Visit, _ aliases: [(URI, Account?)]) -> String {
        let html = PostHTML(visit: visit)
        let items = aliases.map { uri, account in
            """
            <li>\(account.map(html.person) ?? HTMLEscape.text(uri.description))
            <form method="post" action="/settings/move/unalias">\(Page.csrf(visit))<input type="hidden" name="uri" \
            value="\(HTMLEscape.attribute(uri.description))"><button>Take it away</button></form></li>
            """
        }
        let list = items.isEmpty ? "" : "<ul>\(items.joined())</ul>"
        return """
            <section class="card"><h2>Move from another account to this one</h2>
            <p>Name the old account here, then start the move there. It must be at your school or a partner's.</p>\(list)
            <form method="post" action="/settings/move/alias">\(Page.csrf(visit))<label for="from">The old account</label>
            <input id="from" name="who" type="text" placeholder="name@server.example" autocapitalize="none" required>
            <button>This was me</button></form></section>
            """
    }
}
