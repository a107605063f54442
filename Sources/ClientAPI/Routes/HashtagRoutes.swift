import Content
import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Hashtags: reading and following them.
///
/// Reference: Mastodon's API, methods "tags", "followed_tags" and "timelines/tag".
struct HashtagRoutes: Sendable {
    let desk: ClientDesk

    /// How many hashtags `any[]`, `all[]` and `none[]` take.
    private static let maximumNames = 4

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/tags/:name") { try await show($0, $1) }
        api.post("v1/tags/:name/follow") { request, context in
            try await change(request, context) { try await desk.publisher.followHashtag($1, as: $0) }
        }
        api.post("v1/tags/:name/unfollow") { request, context in
            try await change(request, context) { try await desk.publisher.unfollowHashtag($1, as: $0) }
        }
        api.get("v1/followed_tags") { try await followed($0, $1) }
        api.get("v1/timelines/tag/:name") { try await timeline($0, $1) }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:follows")
        return try await show(try context.hashtag(), anyone.viewer, anyone.school)
    }

    private func show(_ tag: Hashtag, _ viewer: Viewer, _ school: School) async throws -> Response {
        let now = desk.clock.now()
        let entities = try await desk.database.read { db in
            try HashtagEntity(school: school).make([tag.name], for: viewer, now: now, in: db)
        }
        return ClientResponse.json(entities.first ?? [:])
    }

    private func change(
        _ request: Request,
        _ context: ServerContext,
        _ body: (Account.ID, String) async throws -> Void
    ) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:follows")
        let tag = try context.hashtag()
        try await body(caller.account.id, tag.name)
        return try await show(tag, caller.viewer, caller.school)
    }

    private func followed(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:follows")
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { FollowedHashtag.ID(rawValue: $0) }
        let limit = parameters.limit(100, most: 200)
        let now = desk.clock.now()
        let (tags, entities) = try await desk.database.read { db in
            let tags = try db.hashtags.followed(by: caller.account.id, before: before, limit: limit)
            let entity = HashtagEntity(school: caller.school)
            return (tags, try entity.make(tags.map(\.name), for: caller.viewer, now: now, in: db))
        }
        return ClientResponse.page(
            entities,
            first: tags.first?.id.rawValue,
            last: tags.last?.id.rawValue,
            of: caller.school,
            request
        )
    }

    private func timeline(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let parameters = try await Parameters(request, context)
        var query = HashtagView.Query(any: [try context.hashtag().name] + names("any", parameters))
        query.all = names("all", parameters)
        query.none = names("none", parameters)
        query.isLocal = parameters.flag("local") == true
        query.isRemote = parameters.flag("remote") == true
        let page = try parameters.page()
        let wanted = query
        return try await desk.timeline(request, for: anyone.viewer, of: anyone.school, in: .public) { db in
            try db.hashtagPages.page(wanted, for: anyone.viewer, at: anyone.school.id, page)
        }
    }

    private func names(_ key: String, _ parameters: Parameters) -> [String] {
        parameters.texts(key).compactMap { Hashtag($0)?.name }.prefix(Self.maximumNames).map { $0 }
    }
}

extension ServerContext {
    /// The hashtag in the path.
    ///
    /// - Throws: `Problem` with status 404 when it is none.
    func hashtag() throws -> Hashtag {
        guard let tag = pathText("name").flatMap({ Hashtag($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return tag
    }
}
