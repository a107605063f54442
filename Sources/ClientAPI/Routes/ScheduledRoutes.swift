import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Posts that wait for their time; `POST /api/v1/statuses` with `scheduled_at` writes them.
///
/// Reference: Mastodon's API, scheduled_statuses.
struct ScheduledRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/scheduled_statuses") { try await list($0, $1) }
        api.get("v1/scheduled_statuses/:id") { try await show($0, $1) }
        api.put("v1/scheduled_statuses/:id") { try await change($0, $1) }
        api.delete("v1/scheduled_statuses/:id") { try await remove($0, $1) }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        return try await desk.drafts(.scheduled, of: caller, request, try await Parameters(request, context))
        {
            try $0.scheduled($1)
        }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        let id = try context.draftID()
        let entity = try await desk.database.read { db -> JSONObject in
            guard let saved = try db.drafts.find(id, .scheduled, of: caller.account.id) else {
                throw OutboxError.noSuchDraft
            }
            return try DraftEntity(school: caller.school, db: db).scheduled(saved)
        }
        return ClientResponse.json(.object(entity))
    }

    private func change(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        let id = try context.draftID()
        guard let time = try StatusParameters(try await Parameters(request, context)).scheduledAt() else {
            throw Problem(.unprocessableContent, detail: "scheduled_at is missing")
        }
        let saved = try await desk.publisher.reschedule(id, at: time, as: caller.account.id)
        let entity = try await desk.database.read { db in
            try DraftEntity(school: caller.school, db: db).scheduled(saved)
        }
        return ClientResponse.json(.object(entity))
    }

    private func remove(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:statuses")
        try await desk.publisher.discard(try context.draftID(), .scheduled, as: caller.account.id)
        return ClientResponse.json([:])
    }
}

extension ClientDesk {
    /// A page of what an account has written and not published.
    func drafts(
        _ kind: DraftStore.Kind,
        of caller: Caller,
        _ request: Request,
        _ parameters: Parameters,
        _ entity: @escaping @Sendable (DraftEntity, SavedDraft) throws -> JSONObject
    ) async throws -> Response {
        let page = try parameters.page()
        func id(_ number: Int64?) -> SavedDraft.ID? { number.map { SavedDraft.ID(rawValue: $0) } }
        let (before, since, after) = (id(page.before), id(page.since), id(page.after))
        let (saved, entities) = try await database.read { db -> ([SavedDraft], [JSONValue]) in
            var saved = try db.drafts.page(
                kind,
                of: caller.account.id,
                before: before,
                after: after,
                limit: page.limit
            )
            if let since { saved.removeAll { $0.id <= since } }
            let drafts = DraftEntity(school: caller.school, db: db)
            return (saved, try saved.map { .object(try entity(drafts, $0)) })
        }
        return ClientResponse.page(
            entities,
            first: saved.first?.id.rawValue,
            last: saved.last?.id.rawValue,
            of: caller.school,
            request
        )
    }
}

extension ServerContext {
    /// The draft's id in the path.
    ///
    /// - Throws: `OutboxError.noSuchDraft`: what is no id is answered as what is not there.
    func draftID() throws -> SavedDraft.ID {
        guard let id = parameters.get("id").flatMap({ SavedDraft.ID($0) }) else {
            throw OutboxError.noSuchDraft
        }
        return id
    }
}
