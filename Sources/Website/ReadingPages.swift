import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// The pages to read: front page, home, profiles, posts, hashtags, notifications.
struct ReadingPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("") { try await front($0, $1) }
        router.get("home") { try await home($0, $1) }
        router.get("notifications") { try await notifications($0, $1) }
        router.get("posts/:id") { try await post($0, $1, $1.parameters.get("id")) }
        router.get("people/:id") { try await person($0, $1) }
        router.get(":handle") { try await profile($0, $1) }
        router.get(":handle/:post") { request, context in
            guard context.parameters.get("handle")?.first == "@" else { throw Problem(.notFound) }
            return try await post(request, context, context.parameters.get("post"))
        }
    }

    private func front(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        let now = desk.clock.now()
        let posts = try await desk.database.read { db in
            try db.filtering.filtered(
                try db.profiles.localFeed(of: visit.school.id, for: visit.viewer),
                for: visit.viewer,
                in: .public,
                now: now
            )
        }
        var page = Page(visit, title: "What we share")
        page.body = PostHTML(visit: visit, place: .public)
            .list(posts, empty: "Nothing has been shared with everybody yet.")
        return page.response()
    }

    private func home(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let before = request.uri.queryParameters["before"].flatMap { Int64($0) }
        let posts = try await desk.posts(visit, in: .home, before: before) {
            try $0.homeTimelines.page(of: person.account.id, school: visit.school.id, $1)
        }
        let html = PostHTML(visit: visit, place: .home)
        var page = Page(visit, title: "Home")
        page.body = PersonalNav.html() + ComposeForm(visit, .post).html + Self.findForm
        page.body += html.list(
            posts,
            empty: "Follow somebody, and what they share appears here.",
            at: "/home"
        )
        return page.response()
    }

    private static let findForm = """
        <form class="card" method="get" action="/find"><label for="who">Find a colleague</label>
        <input id="who" name="who" type="text" placeholder="name@staff.school.example" required>
        <button>Find</button></form>
        """

    private func post(_ request: Request, _ context: ServerContext, _ text: String?) async throws -> Response
    {
        let visit = try await desk.visit(request, context)
        guard let id = text.flatMap({ Post.ID($0) }) else { throw Problem(.notFound) }
        let thread = try await desk.database.read { try $0.threads.thread(of: id, for: visit.viewer) }
        // Strangers read what our own people wrote; what came from elsewhere is for whoever it was sent to.
        guard let thread, visit.person != nil || thread.post.author.school == visit.school.id else {
            throw Problem(.notFound)
        }
        try await desk.publisher.fetchMissing(in: thread, for: visit.viewer)
        let shown = thread.post
        let html = PostHTML(visit: visit)
        let gaps = GapHTML(gaps: thread.gaps)
        let isArticle = shown.post.type == .article && !shown.post.body.title.isEmpty
        var page = Page(
            visit,
            title: isArticle ? shown.post.body.title : "A post by \(shown.author.shownName)"
        )
        let (ancestors, descendants) = try await around(thread, gaps, visit)
        page.body = gaps.above + ancestors + html.article(shown, isWhole: true)
        if let person = visit.person {
            if person.account.id == shown.author.id {
                page.body += DeliveriesHTML(visit: visit, post: id).make(
                    try await desk.database.read {
                        try $0.postDeliveries.lines(of: id, by: person.account.id)
                    }
                )
            }
            page.body +=
                shown.mayReply
                ? ComposeForm(visit, .answer(shown)).html
                : "<p class=\"hint\">Its author has chosen who may answer this post.</p>"
        }
        page.body += descendants + gaps.below(id)
        return page.response()
    }

    /// What stands above and below a post, as HTML, without what the reader's filters leave out.
    private func around(_ thread: PostThread, _ gaps: GapHTML, _ visit: Visit) async throws -> (
        String, String
    ) {
        let (viewer, now) = (visit.viewer, desk.clock.now())
        let html = PostHTML(visit: visit, place: .thread)
        return try await desk.database.read { db in
            func make(_ posts: [PresentedPost]) throws -> String {
                let left = try db.filtering.filtered(posts, for: viewer, in: .thread, now: now)
                let shown = Dictionary(left.map { ($0.post.id, $0) }) { first, _ in first }
                // What is missing below a post that is left out is said all the same.
                return posts.map { post in
                    (shown[post.post.id].map(html.article) ?? "") + gaps.below(post.post.id)
                }.joined()
            }
            return (try make(thread.ancestors), try make(thread.descendants))
        }
    }

    private func profile(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let text = context.parameters.get("handle"), text.first == "@" else { throw Problem(.notFound) }
        for form in Feed.Form.allCases where text.hasSuffix(".\(form.rawValue)") {
            return try await feed(String(text.dropFirst().dropLast(form.rawValue.count + 1)), form, visit)
        }
        let name = String(text.dropFirst())
        guard let handle = try? Handle(name.contains("@") ? name : "\(name)@\(visit.school.host)") else {
            throw Problem(.notFound)
        }
        let (account, renamed) = try await desk.database.read { db in
            (try db.accounts.find(handle), try db.formerHandles.account(handle))
        }
        if account == nil, let renamed, renamed.isActive, renamed.school == visit.school.id {
            return Page.redirect("/@\(renamed.handle.name)")
        }
        return try await profile(of: account, visit)
    }

    /// The public posts of one of the school's own people, for feed readers.
    private func feed(_ name: String, _ form: Feed.Form, _ visit: Visit) async throws -> Response {
        guard let handle = try? Handle(local: name, host: visit.school.host) else { throw Problem(.notFound) }
        let found = try await desk.database.read { db -> (Account, [PresentedPost])? in
            // A feed reader has the old name for long.
            guard let account = try db.accounts.find(handle) ?? db.formerHandles.account(handle),
                account.isActive
            else { return nil }
            let posts = try db.profiles.posts(of: account.id, for: .anonymous, withReplies: false)
            return (account, posts.filter { $0.post.audience == .public })
        }
        guard let (account, posts) = found else { throw Problem(.notFound) }
        let page = "\(visit.school.origin)/@\(account.handle.name)"
        let feed = Feed(
            title: "\(account.shownName), \(visit.school.name)",
            about: "What \(account.shownName) shares with everybody",
            page: page,
            address: page,
            posts: posts
        )
        return Page.feed(feed, form)
    }

    private func person(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let id = context.parameters.get("id").flatMap({ Account.ID($0) }) else {
            throw Problem(.notFound)
        }
        return try await profile(of: try await desk.database.read { try $0.accounts.find(id) }, visit)
    }

    private func profile(of account: Account?, _ visit: Visit) async throws -> Response {
        guard let account, account.isActive, visit.person != nil || account.school == visit.school.id else {
            throw Problem(.notFound)
        }
        let now = desk.clock.now()
        let (posts, counts, standing, target) = try await desk.database.read { db in
            (
                try ProfilePosts.find(of: account.id, for: visit.viewer, at: now, in: db),
                try db.profiles.counts(of: account.id),
                try visit.person.map { try Standing($0.account.id, to: account.id, in: db) },
                try db.moves.target(of: account.id)
            )
        }
        let html = PostHTML(visit: visit, place: .account)
        var page = Page(visit, title: account.shownName)
        if account.school == visit.school.id { page.feed = "/@\(account.handle.name)" }
        page.body = "<div class=\"card\"><p>\(html.person(account))</p>\(account.summary)"
        if account.isLimited, visit.person?.role.readsReports ?? false {
            page.body += "<p>This account is limited.</p>"
        }
        if let target { page.body += "<p class=\"moved\">Has moved to \(html.person(target)).</p>" }
        page.body +=
            "<p>\(Words.count(counts.posts, "post")), \(Words.count(counts.followers, "follower")), "
            + "follows \(counts.following)</p>"
        if let standing, visit.person?.account.id != account.id {
            page.body += ProfileControls(html, account, standing, hasMoved: target != nil).html
        }
        if let person = visit.person, person.account.id == account.id {
            page.body += "<p><a href=\"/settings/move\">Move to or from another account</a></p>"
        }
        page.body += "</div>" + html.list(posts, empty: "Nothing here that you may see.")
        return page.response()
    }

    private func notifications(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let now = desk.clock.now()
        let (notices, people) = try await desk.database.read { db in
            // A notice stays when its post may not be seen any more.
            let notices = try db.notices.page(of: person.account.id, before: nil, limit: 40).filter {
                notice in
                guard let id = notice.post else { return true }
                return try db.posts.find(id).map { try db.sights.canSee(visit.viewer, $0) } ?? false
            }
            return (
                try FilterNote.heard(notices, by: person.account.id, at: now, in: db),
                try db.accounts.find(notices.map(\.from))
            )
        }
        let html = PostHTML(visit: visit)
        var page = Page(visit, title: "Notifications")
        for notice in notices {
            guard let from = people[notice.from], from.isActive else { continue }
            var link = notice.post.map { " <a href=\"/posts/\($0)\">See the post</a>" } ?? ""
            if notice.kind == .draft { link = " <a href=\"/drafts\">See your drafts</a>" }
            page.body += "<article><p>\(html.person(from)) \(notice.kind.shown).\(link)</p>"
            if notice.kind == .followRequest {
                page.body += "<div class=\"actions\">" + html.button("/people/\(from.id)/accept", "Accept")
                page.body += html.button("/people/\(from.id)/reject", "Decline") + "</div>"
            }
            if notice.kind == .quoteRequest, let post = notice.post {
                page.body +=
                    "<div class=\"actions\">" + html.button("/posts/\(post)/quote/allow", "Let it quote")
                page.body += html.button("/posts/\(post)/quote/refuse", "Refuse") + "</div>"
            }
            page.body += "</article>"
        }
        if notices.isEmpty { page.body = "<p class=\"empty\">Nothing yet.</p>" }
        return page.response()
    }
}

extension Notice.Kind {
    fileprivate var shown: String {
        switch self {
        case .mention: "mentioned you"
        case .follow: "follows you"
        case .post: "wrote a post"
        case .followRequest: "asks to follow you"
        case .like: "likes your post"
        case .boost: "boosted your post"
        case .edit: "edited a post"
        case .draft: "wrote a post that could not be published at its time: it is among your drafts"
        case .poll: "asked something in a poll that has ended"
        case .quote: "quoted your post"
        case .quoteRequest: "asks to quote your post"
        case .emojiReaction: "answered your post with an emoji"
        case .move: "has moved, and you follow them to where they are now"
        }
    }
}
