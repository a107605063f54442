import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Polls: how they stand, and voting.
///
/// Reference: Mastodon's API, polls.
struct PollRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/polls/:id") { try await show($0, $1) }
        api.post("v1/polls/:id/votes") { try await vote($0, $1) }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let anyone = try await desk.anyone(request, context, "read:statuses")
        return try await show(try context.postID(), anyone.viewer)
    }

    private func vote(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let id = try context.postID()
        guard let choices = try await Parameters(request, context).numbers("choices") else {
            throw Problem(.unprocessableContent, detail: "choices are numbers of answers, from 0")
        }
        try await desk.publisher.vote(in: id, for: choices, as: caller.account.id)
        return try await show(id, caller.viewer)
    }

    /// What somebody may not see, and what has no poll, is answered as if it were not there.
    private func show(_ id: Post.ID, _ viewer: Viewer) async throws -> Response {
        let poll = try await desk.database.read { db -> PresentedPoll? in
            guard let post = try db.posts.find(id), try db.sights.canSee(viewer, post) else { return nil }
            return try db.presenter.present([post], to: viewer).first?.poll
        }
        guard let poll else { throw Problem(.notFound, detail: "Record not found") }
        return ClientResponse.json(.object(PollEntity.make(poll)))
    }
}
