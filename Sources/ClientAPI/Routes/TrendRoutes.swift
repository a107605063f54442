import Domain
import Hummingbird
import Server
import Storage
import Vocabulary

/// What is much used or answered at present, announcements, and translations.
///
/// Reference: Mastodon's API, methods "trends", "announcements" and "statuses" (translate). There are no previews of
/// links here that could trend, nobody makes announcements, and nothing is sent to others to be translated.
struct TrendRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        for path in ["v1/trends", "v1/trends/tags"] {
            api.get("\(path)") { try await hashtags($0, $1) }
        }
        api.get("v1/trends/statuses") { try await posts($0, $1) }
        api.get("v1/trends/links") { request, context in
            _ = try await desk.anyone(request, context, "read:statuses")
            return ClientResponse.json([])
        }
        api.get("v1/announcements") { request, context in
            _ = try await desk.caller(request, context, "read:accounts")
            return ClientResponse.json([])
        }
        api.post("v1/statuses/:id/translate") { try await translate($0, $1) }
        api.get("v1/instance/translation_languages") { _, _ in ClientResponse.json([:]) }
    }

    private func hashtags(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let parameters = try await Parameters(request, context)
        let (offset, limit, now) = (try parameters.offset(), parameters.limit(10, most: 20), desk.clock.now())
        let entities = try await desk.database.read { db in
            let names = try db.trends.hashtags(
                for: anyone.viewer,
                at: anyone.school.id,
                now: now,
                offset: offset,
                limit: limit
            )
            return try HashtagEntity(school: anyone.school).make(names, for: anyone.viewer, now: now, in: db)
        }
        return ClientResponse.json(.array(entities))
    }

    private func posts(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let parameters = try await Parameters(request, context)
        let (offset, limit, now) = (try parameters.offset(), parameters.limit(), desk.clock.now())
        let shown = try await desk.database.read { db in
            let posts = try db.trends.posts(
                for: anyone.viewer,
                at: anyone.school.id,
                now: now,
                offset: offset,
                limit: limit
            )
            return try db.filtering.filtered(posts, for: anyone.viewer, in: .public, now: now)
        }
        let entity = StatusEntity(school: anyone.school)
        return ClientResponse.json(.array(shown.map { .object(entity.make($0)) }))
    }

    private func translate(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        let id = context.parameters.get("id").flatMap { Post.ID($0) }
        let isSeen = try await desk.database.read { db in
            guard let post = try id.flatMap({ try db.posts.find($0) }) else { return false }
            return try db.sights.canSee(caller.viewer, post)
        }
        guard isSeen else { throw Problem(.notFound, detail: "Record not found") }
        throw Problem(.serviceUnavailable, detail: "Translation is unavailable")
    }
}
