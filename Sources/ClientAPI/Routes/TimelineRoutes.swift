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
        return try await desk.timeline(request, for: caller.viewer, of: caller.school, in: .home) { db in
            try db.homeTimelines.page(of: caller.account.id, school: caller.school.id, page)
        }
    }

    /// The school's own public posts; those of its partners are in people's home timelines.
    private func local(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        let parameters = try await Parameters(request, context)
        let page = try parameters.page()
        return try await desk.timeline(request, for: anyone.viewer, of: anyone.school, in: .public) { db in
            try db.profiles.localFeed(of: anyone.school.id, for: anyone.viewer, page)
        }
    }
}
