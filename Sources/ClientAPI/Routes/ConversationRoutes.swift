import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Conversations in direct messages.
///
/// Reference: Mastodon's API, methods "conversations".
struct ConversationRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/conversations") { try await list($0, $1) }
        api.delete("v1/conversations/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:conversations")
            let id = try context.threadID()
            try await desk.publisher.removeConversation(id, as: caller.account.id)
            return ClientResponse.json([:])
        }
        api.post("v1/conversations/:id/read") { try await mark($0, $1, isUnread: false) }
        api.post("v1/conversations/:id/unread") { try await mark($0, $1, isUnread: true) }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:statuses")
        let page = try await Parameters(request, context).page()
        let entity = ConversationEntity(caller: caller, now: desk.clock.now())
        let (threads, shown) = try await desk.database.read { db in
            let threads = try db.directThreads.page(of: caller.account.id, school: caller.school.id, page)
            return (threads, try threads.compactMap { try entity.make($0, in: db) })
        }
        return ClientResponse.page(
            shown.map { .object($0) },
            first: threads.first?.last.rawValue,
            last: threads.last?.last.rawValue,
            of: caller.school,
            request
        )
    }

    private func mark(_ request: Request, _ context: ServerContext, isUnread: Bool) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:conversations")
        let id = try context.threadID()
        let thread = try await desk.publisher.markConversation(id, isUnread: isUnread, as: caller.account.id)
        let entity = ConversationEntity(caller: caller, now: desk.clock.now())
        guard let shown = try await desk.database.read({ try entity.make(thread, in: $0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return ClientResponse.json(.object(shown))
    }
}

extension ServerContext {
    /// The conversation id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func threadID() throws -> DirectThread.ID {
        guard let id = parameters.get("id").flatMap({ DirectThread.ID($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return id
    }
}
