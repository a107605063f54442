import Access
import Content
import Domain
import Hummingbird
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

    private static func form(_ text: String) -> String {
        """
        <form class="card" method="get" action="/search" role="search"><label for="q">Words, names or hashtags</label>
        <input id="q" name="q" type="search" maxlength="1000" value="\(HTMLEscape.attribute(text))"><button>Search</button></form>
        """
    }

    private static let help = """
        <p>All words are wanted; <code>"exit tickets"</code> finds them side by side, <code>-quiz</code> leaves out.
        Narrow it by <code>from:@ada</code> or <code>from:me</code>, <code>has:image</code> (or video, audio, media, link,
        poll), <code>is:reply</code>, <code>before:2026-11-25</code>, <code>after:</code> and <code>during:</code>.</p>
        """
}
