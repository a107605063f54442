import Domain
import Hummingbird
import Server
import Storage
import Vocabulary

/// Timelines.
struct TimelineRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/timelines/home") { try await home($0, $1) }
        api.get("v1/timelines/public") { try await local($0, $1) }
    }

    private func home(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        let parameters = try await Parameters(request, context)
        let page = try parameters.page()
        let posts = try await desk.database.read { db in
            try db.homeTimelines.page(of: caller.account.id, school: caller.school.id, page)
        }
        return Self.page(posts, of: caller.school, request)
    }

    /// The school's own public posts; those of its partners are in people's home timelines.
    private func local(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Post.ID(rawValue: $0) }
        let limit = parameters.limit()
        let posts = try await desk.database.read { db in
            try db.profiles.localFeed(of: anyone.school.id, for: anyone.viewer, before: before, limit: limit)
        }
        return Self.page(posts, of: anyone.school, request)
    }

    static func page(_ posts: [PresentedPost], of school: School, _ request: Request) -> Response {
        let entity = StatusEntity(school: school)
        return ClientResponse.page(
            posts.map { .object(entity.make($0)) },
            first: posts.first?.position,
            last: posts.last?.position,
            of: school,
            request
        )
    }
}
