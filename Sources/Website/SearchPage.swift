import Access
import Content
import Domain
import Hummingbird
import Peers
import Server
import Storage

/// The page that finds people and posts.
struct SearchPage: Sendable {
    let desk: WebDesk

    private static let postsPerPage = 20

    func add(to router: RouterGroup<ServerContext>) {
        router.get("search") { try await search($0, $1) }
    }

    private func search(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let fields = FormFields(request.uri.query ?? "")
        let text = fields["q"] ?? ""
        let offset = min(max(fields["offset"].flatMap { Int($0) } ?? 0, 0), 1_000)
        var page = Page(visit, title: "Search")
        page.body = Self.form(text)
        if text.isEmpty {
            page.body += Self.help
            return page.response()
        }
        if let pasted = Pasted(text) {
            page.body += try await find(pasted, visit)
            return page.response()
        }
        let now = desk.clock.now()
        let (people, posts) = try await desk.database.read { db in
            (
                offset > 0
                    ? []
                    : try db.searches.accounts(text, for: person.account.id, of: visit.school.id, limit: 5),
                try db.searches.posts(
                    SearchQuery(text),
                    for: visit.viewer,
                    now: now,
                    offset: offset,
                    limit: Self.postsPerPage + 1
                )
            )
        }
        let html = PostHTML(visit: visit)
        if !people.isEmpty {
            page.body +=
                "<h2>People</h2>" + people.map { "<p class=\"card\">\(html.person($0))</p>" }.joined()
        }
        page.body += "<h2>Posts</h2>"
        page.body += html.list(
            Array(posts.prefix(Self.postsPerPage)),
            empty: "Nothing that you may see has these words. Try fewer of them."
        )
        if posts.count > Self.postsPerPage {
            page.body += """
                <form method="get" action="/search"><input type="hidden" name="q" value="\(HTMLEscape.attribute(text))">
                <button name="offset" value="\(offset + Self.postsPerPage)">More</button></form>
                """
        }
        return page.response()
    }

    /// A whole handle or address, which is looked up at its home when it is not known here.
    private enum Pasted {
        case handle(Handle)
        case address(URI)

        init?(_ text: String) {
            let text = text.split(separator: " ").joined(separator: " ")
            if text.contains("://"), let address = try? URI(text) {
                self = .address(address)
            } else if text.dropFirst().contains("@"), let handle = try? Handle(text) {
                self = .handle(handle)
            } else {
                return nil
            }
        }
    }

    private func find(_ pasted: Pasted, _ visit: Visit) async throws -> String {
        let html = PostHTML(visit: visit)
        let nothing = "<p class=\"empty\">Nothing that you may see is there.</p>"
        do {
            switch try await found(pasted, visit) {
            case .account(let id):
                let account = try await desk.database.read { try $0.accounts.find(id) }
                guard let account, account.isActive else { return nothing }
                return "<h2>People</h2><p class=\"card\">\(html.person(account))</p>"
            case .post(let id):
                let viewer = visit.viewer
                let posts = try await desk.database.read { db -> [PresentedPost] in
                    guard let post = try db.posts.find(id), try db.sights.canSee(viewer, post) else {
                        return []
                    }
                    return try db.presenter.present([post], to: viewer)
                }
                return posts.isEmpty ? nothing : "<h2>Posts</h2>" + posts.map(html.article).joined()
            }
        } catch let refusal as PostRefusal {
            return "<p class=\"empty\">\(HTMLEscape.text(refusal.personText))</p>"
        } catch let error as FetchError {
            return "<p class=\"empty\">\(HTMLEscape.text(error.personText))</p>"
        } catch let error as ActorError {
            return "<p class=\"empty\">\(HTMLEscape.text(error.personText))</p>"
        }
    }

    private func found(_ pasted: Pasted, _ visit: Visit) async throws -> AddressResolver.Found {
        switch pasted {
        case .address(let address):
            try await desk.directory.resolver.resolve(address, for: visit.school)
        case .handle(let handle): .account(try await desk.directory.account(handle, for: visit.school).id)
        }
    }

    private static func form(_ text: String) -> String {
        """
        <form class="card" method="get" action="/search" role="search"><label for="q">Words, names or hashtags</label>
        <input id="q" name="q" type="search" maxlength="1000" value="\(HTMLEscape.attribute(text))"><button>Search</button></form>
        """
    }

    private static let help = """
        <p>All words are wanted; <code>"exit tickets"</code> finds them side by side, <code>-quiz</code> leaves out.
        A whole handle or the address of a post or a person, here or at a partner, finds just that.
        Narrow it by <code>from:@ada</code> or <code>from:me</code>, <code>has:image</code> (or video, audio, media, link,
        poll), <code>is:reply</code>, <code>before:2026-11-25</code>, <code>after:</code> and <code>during:</code>.</p>
        """
}
