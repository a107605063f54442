import Access
import Content
import Domain
import Hummingbird
import Server
import Storage

/// What somebody has saved: bookmarked and liked posts; and whom they have muted and blocked.
struct SavedPages: Sendable {
    private static let peoplePerPage = 40

    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        posts(router, "bookmarks", "Bookmarks", "No bookmarks yet: you find them below “More” of a post.") {
            try $0.savedPosts.bookmarks(of: $1, school: $2, $3)
        }
        posts(router, "favourites", "Favourites", "Posts that you like appear here.") {
            try $0.savedPosts.likes(of: $1, school: $2, $3)
        }
        router.get("muted") { try await muted($0, $1) }
        router.get("blocked") { try await blocked($0, $1) }
    }

    private func posts(
        _ router: RouterGroup<ServerContext>,
        _ path: String,
        _ title: String,
        _ empty: String,
        _ body:
            @escaping @Sendable (any SQLConnection, Account.ID, School.ID, HomeTimelineView.Page) throws ->
            [PresentedPost]
    ) {
        router.get("\(path)") { request, context in
            let visit = try await desk.visit(request, context)
            guard let person = visit.person else { return Page.redirect("/sign-in") }
            let found = try await desk.posts(visit, in: nil, before: request.before) {
                try body($0, person.account.id, visit.school.id, $1)
            }
            var page = Page(visit, title: title)
            page.body = PersonalNav.html("/\(path)")
            page.body += PostHTML(visit: visit).list(found, empty: empty, at: "/\(path)")
            return page.response()
        }
    }

    private func muted(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let before = request.before.map { Mute.ID(rawValue: $0) }
        let (mutes, people) = try await desk.database.read { db in
            let mutes = try db.mutes.page(
                of: person.account.id,
                before: before,
                limit: Self.peoplePerPage + 1
            )
            return (mutes, try db.accounts.find(mutes.map(\.muted)))
        }
        return self.people(
            visit,
            ("/muted", "Muted accounts", "You have muted nobody."),
            mutes.map { ($0.id.rawValue, people[$0.muted], MuteHTML.state($0, at: visit.school)) },
            ("unmute", "Unmute")
        )
    }

    private func blocked(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let before = request.before.map { Block.ID(rawValue: $0) }
        let (blocks, people) = try await desk.database.read { db in
            let blocks = try db.blocks.page(
                of: person.account.id,
                before: before,
                limit: Self.peoplePerPage + 1
            )
            return (blocks, try db.accounts.find(blocks.map(\.blocked)))
        }
        return self.people(
            visit,
            ("/blocked", "Blocked accounts", "You block nobody."),
            blocks.map {
                (
                    $0.id.rawValue, people[$0.blocked],
                    "Since \(PostHTML.time($0.createdAt, at: visit.school))."
                )
            },
            ("unblock", "Unblock")
        )
    }

    private func people(
        _ visit: Visit,
        _ list: (path: String, title: String, empty: String),
        _ lines: [(position: Int64, account: Account?, state: String)],
        _ undo: (verb: String, label: String)
    ) -> Response {
        let html = PostHTML(visit: visit)
        var page = Page(visit, title: list.title)
        page.body = PersonalNav.html(list.path)
        let shown = lines.prefix(Self.peoplePerPage)
        for line in shown {
            guard let account = line.account, account.isActive else { continue }
            page.body +=
                "<div class=\"card\"><p>\(html.person(account))</p><p class=\"hint\">\(line.state)</p>"
            page.body += html.button("/people/\(account.id)/\(undo.verb)", undo.label) + "</div>"
        }
        if lines.isEmpty { page.body += "<p class=\"empty\">\(list.empty)</p>" }
        if lines.count > shown.count, let last = shown.last {
            page.body += "<p><a href=\"\(list.path)?before=\(last.position)\">More</a></p>"
        }
        return page.response()
    }
}

extension Request {
    /// Where a page of a list begins.
    var before: Int64? { FormFields(uri.query ?? "")["before"].flatMap { Int64($0) } }
}
