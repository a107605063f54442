import Access
import Content
import Domain
import Hummingbird
import Outbox
import Server
import Storage

/// The page of a hashtag: posts that have it, ours and partners', for whoever may see them; and following it.
struct HashtagPage: Sendable {
    let desk: WebDesk

    private static let postsPerPage = 20

    func add(to router: RouterGroup<ServerContext>) {
        router.get("tags/:name") { try await show($0, $1) }
        router.post("tags/:name/follow") { request, context in
            try await change(request, context) { try await desk.publisher.followHashtag($0, as: $1) }
        }
        router.post("tags/:name/unfollow") { request, context in
            try await change(request, context) { try await desk.publisher.unfollowHashtag($0, as: $1) }
        }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        if let (tag, form) = feed(context) { return try await feed(of: tag, form, visit) }
        let tag = try tag(context)
        let before = FormFields(request.uri.query ?? "")["before"].flatMap { Int64($0) }
        let posts = try await desk.posts(visit, in: .public, before: before, limit: Self.postsPerPage) {
            try $0.hashtagPages.page(.init(any: [tag.name]), for: visit.viewer, at: visit.school.id, $1)
        }
        let follows = try await desk.database.read { db in
            try visit.person.map {
                try !db.hashtags.followed(by: $0.account.id, among: [tag.name]).isEmpty
            }
        }
        let html = PostHTML(visit: visit, place: .public)
        let path = path(tag, visit)
        var page = Page(visit, title: "#\(tag.name)")
        page.feed = path
        if let follows {
            page.body +=
                follows
                ? html.button(path + "/unfollow", "Unfollow") : html.button(path + "/follow", "Follow")
        }
        page.body += html.list(
            posts,
            empty: "Nothing that you may see has this hashtag.",
            at: HTMLEscape.attribute(path)
        )
        return page.response()
    }

    /// The address of a feed: no hashtag has a full stop.
    private func feed(_ context: ServerContext) -> (Hashtag, Feed.Form)? {
        guard let text = context.pathText("name") else { return nil }
        for form in Feed.Form.allCases where text.hasSuffix(".\(form.rawValue)") {
            return Hashtag(String(text.dropLast(form.rawValue.count + 1))).map { ($0, form) }
        }
        return nil
    }

    /// What this instance's own people have shared with everybody under a hashtag, for feed readers.
    private func feed(of tag: Hashtag, _ form: Feed.Form, _ visit: Visit) async throws -> Response {
        let posts = try await desk.database.read { db in
            try db.hashtagPages.page(
                .init(any: [tag.name]),
                for: .anonymous,
                at: visit.school.id,
                .init(limit: Self.postsPerPage)
            )
        }
        let address = LocalActorURIs(origin: visit.school.origin).tagPage(tag.name).description
        let feed = Feed(
            title: "#\(tag.name), \(visit.school.name)",
            about: "What is shared with everybody under #\(tag.name)",
            page: address,
            address: address,
            posts: posts.filter { $0.post.audience == .public }
        )
        return Page.feed(feed, form)
    }

    private func change(
        _ request: Request,
        _ context: ServerContext,
        _ body: (String, Account.ID) async throws -> Void
    ) async throws -> Response {
        let (person, school, _) = try await desk.form(request, context)
        let tag = try tag(context)
        try await body(tag.name, person.account.id)
        return Page.redirect(LocalActorURIs(origin: school.origin).tagPage(tag.name).target)
    }

    private func tag(_ context: ServerContext) throws -> Hashtag {
        guard let tag = context.pathText("name").flatMap({ Hashtag($0) }) else { throw Problem(.notFound) }
        return tag
    }

    private func path(_ tag: Hashtag, _ visit: Visit) -> String {
        LocalActorURIs(origin: visit.school.origin).tagPage(tag.name).target
    }
}
