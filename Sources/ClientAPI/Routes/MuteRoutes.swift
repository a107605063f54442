import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Mutes of people and of threads, bookmarks and likes: what somebody wants to see, or not.
///
/// Reference: Mastodon's API, methods "mutes", "bookmarks", "favourites" and "statuses".
struct MuteRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/mutes") { try await list($0, $1) }
        api.post("v1/accounts/:id/mute") { try await mute($0, $1) }
        api.post("v1/accounts/:id/unmute") { request, context in
            let caller = try await desk.caller(request, context, "write:mutes")
            let other = try context.accountID()
            try await desk.publisher.unmute(other, as: caller.account.id)
            return try await desk.relationship(of: caller, to: other)
        }
        status(api, "mute", "write:mutes") { try await $0.muteConversation(of: $1, true, as: $2) }
        status(api, "unmute", "write:mutes") { try await $0.muteConversation(of: $1, false, as: $2) }
        status(api, "bookmark", "write:bookmarks") { try await $0.bookmark($1, true, as: $2) }
        status(api, "unbookmark", "write:bookmarks") { try await $0.bookmark($1, false, as: $2) }
        saved(api, "v1/bookmarks", "read:bookmarks") { try $0.savedPosts.bookmarks(of: $1, school: $2, $3) }
        saved(api, "v1/favourites", "read:favourites") { try $0.savedPosts.likes(of: $1, school: $2, $3) }
    }

    private func mute(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:mutes")
        let other = try context.accountID()
        let parameters = try await Parameters(request, context)
        let seconds = try parameters.id("duration") ?? 0
        try await desk.publisher.mute(
            other,
            hidesNotices: parameters.flag("notifications") ?? true,
            for: seconds > 0 ? .seconds(seconds) : nil,
            as: caller.account.id
        )
        return try await desk.relationship(of: caller, to: other)
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:mutes")
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Mute.ID(rawValue: $0) }
        let limit = parameters.limit(40, most: 80)
        let (mutes, people) = try await desk.database.read { db in
            let mutes = try db.mutes.page(of: caller.account.id, before: before, limit: limit)
            return (mutes, try db.accounts.find(mutes.map(\.muted)))
        }
        let entity = AccountEntity(school: caller.school)
        let entities = mutes.compactMap { mute -> JSONValue? in
            guard let account = people[mute.muted], account.isActive else { return nil }
            var muted = entity.make(account)
            muted["mute_expires_at"] =
                mute.expiresAt.map { .string(WireDate.format($0.milliseconds)) } ?? .null
            return .object(muted)
        }
        return ClientResponse.page(
            entities,
            first: mutes.first?.id.rawValue,
            last: mutes.last?.id.rawValue,
            of: caller.school,
            request
        )
    }

    /// Does something with a post, and shows it as it is then.
    private func status(
        _ api: RouterGroup<ServerContext>,
        _ verb: String,
        _ scope: String,
        _ body: @escaping @Sendable (Publisher, Post.ID, Account.ID) async throws -> Void
    ) {
        api.post("v1/statuses/:id/\(verb)") { request, context in
            let caller = try await desk.caller(request, context, scope)
            let id = try context.postID()
            try await body(desk.publisher, id, caller.account.id)
            let shown = try await desk.database.read { db in
                guard let post = try db.posts.find(id), try db.sights.canSee(caller.viewer, post) else {
                    return PresentedPost?.none
                }
                return try db.presenter.present([post], to: caller.viewer).first
            }
            guard let shown else { throw Problem(.notFound, detail: "Record not found") }
            return ClientResponse.json(.object(StatusEntity(school: caller.school).make(shown)))
        }
    }

    private func saved(
        _ api: RouterGroup<ServerContext>,
        _ path: String,
        _ scope: String,
        _ body:
            @escaping @Sendable (any SQLConnection, Account.ID, School.ID, HomeTimelineView.Page) throws
            -> [PresentedPost]
    ) {
        api.get("\(path)") { request, context in
            let caller = try await desk.caller(request, context, scope)
            let page = try await Parameters(request, context).page()
            return try await desk.timeline(request, for: caller.viewer, of: caller.school, in: nil) { db in
                try body(db, caller.account.id, caller.school.id, page)
            }
        }
    }
}
