import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Drafts, which Mastodon's API does not have: saved, continued, published and discarded by their author alone.
///
/// They take the parameters of `POST /api/v1/statuses`; Docs/ClientAPI.md lists the routes.
struct DraftRoutes: Sendable {
    let desk: ClientDesk
    let idempotency: IdempotentPosts

    func add(to api: RouterGroup<ServerContext>) {
        api.get("staffroom/v1/drafts") { try await list($0, $1) }
        api.post("staffroom/v1/drafts") { try await save($0, $1) }
        api.get("staffroom/v1/drafts/:id") { try await show($0, $1) }
        api.put("staffroom/v1/drafts/:id") { try await replace($0, $1) }
        api.delete("staffroom/v1/drafts/:id") { try await remove($0, $1) }
        api.post("staffroom/v1/drafts/:id/publish") { try await publish($0, $1) }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        return try await desk.drafts(.drafts, of: caller, request, try await Parameters(request, context)) {
            try $0.draft($1)
        }
    }

    private func save(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let draft = try StatusParameters(try await Parameters(request, context)).newDraft()
        let account = caller.account.id
        let key = request.headers[.idempotencyKey]
        let written = try await idempotency.write(key, for: ["draft": draft], by: account) {
            .saved(try await desk.publisher.save(draft, as: account))
        }
        guard case .saved(let saved) = written else { throw OutboxError.noSuchDraft }
        return try await answer(saved, caller)
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        return try await answer(try await own(context, caller), caller)
    }

    private func replace(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let draft = try StatusParameters(try await Parameters(request, context)).newDraft()
        let saved = try await own(context, caller)
        return try await answer(
            try await desk.publisher.save(draft, in: saved.id, as: caller.account.id),
            caller
        )
    }

    private func remove(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        try await desk.publisher.discard(try context.draftID(), .drafts, as: caller.account.id)
        return ClientResponse.json([:])
    }

    /// Publishes a draft as it was saved, now or at a time.
    private func publish(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let time = try StatusParameters(try await Parameters(request, context)).scheduledAt()
        let saved = try await own(context, caller)
        let (draft, account) = (try saved.draft(), caller.account.id)
        guard let time else {
            let post = try await desk.publisher.publish(draft, from: saved.id, as: account)
            let entity = try await desk.database.read { db in
                try db.presenter.present([post], to: caller.viewer).first
                    .map(StatusEntity(school: caller.school).make)
            }
            guard let entity else { throw OutboxError.noSuchPost }
            return ClientResponse.json(.object(entity))
        }
        let scheduled = try await desk.publisher.schedule(draft, at: time, in: saved.id, as: account)
        let entity = try await desk.database.read { db in
            try DraftEntity(school: caller.school, db: db).scheduled(scheduled)
        }
        return ClientResponse.json(.object(entity))
    }

    private func own(_ context: ServerContext, _ caller: Caller) async throws -> SavedDraft {
        let id = try context.draftID()
        guard
            let saved = try await desk.database.read({
                try $0.drafts.find(id, .drafts, of: caller.account.id)
            })
        else { throw OutboxError.noSuchDraft }
        return saved
    }

    private func answer(_ saved: SavedDraft, _ caller: Caller) async throws -> Response {
        let entity = try await desk.database.read { db in
            try DraftEntity(school: caller.school, db: db).draft(saved)
        }
        return ClientResponse.json(.object(entity))
    }
}
