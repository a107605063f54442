import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Notifications and wishes to follow.
struct NotificationRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/notifications") { try await list($0, $1) }
        api.get("v1/notifications/unread_count") { try await countUnread($0, $1) }
        api.get("v1/notifications/:id") { try await show($0, $1) }
        api.post("v1/notifications/clear") { request, context in
            let caller = try await desk.caller(request, context, "write:notifications")
            try await desk.publisher.clearNotices(as: caller.account.id)
            return ClientResponse.json([:])
        }
        api.post("v1/notifications/:id/dismiss") { request, context in
            let caller = try await desk.caller(request, context, "write:notifications")
            try await desk.publisher.dismiss(.single(try context.noticeID()), as: caller.account.id)
            return ClientResponse.json([:])
        }
        api.get("v1/follow_requests") { try await requests($0, $1) }
        api.post("v1/follow_requests/:id/authorize") { try await answer($0, $1, accepts: true) }
        api.post("v1/follow_requests/:id/reject") { try await answer($0, $1, accepts: false) }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:notifications")
        let parameters = try await Parameters(request, context)
        var wanted = try Self.query(parameters)
        wanted.page.limit = parameters.limit(40, most: 80)
        let query = wanted
        let entity = NotificationEntity(caller: caller, now: desk.clock.now())
        let (notices, entities) = try await desk.database.read { db in
            let notices = try db.notices.page(of: caller.account.id, query)
            return (notices, try entity.make(notices, in: db))
        }
        return ClientResponse.page(
            entities,
            first: notices.first?.id.rawValue,
            last: notices.last?.id.rawValue,
            of: caller.school,
            request
        )
    }

    /// Which notifications an app asks for; kinds that there are not are none.
    ///
    /// - Throws: `Problem` with status 400 for an id that is none.
    static func query(_ parameters: Parameters) throws -> NoticeStore.Query {
        let isChosen = parameters.isGiven("types") || parameters.isGiven("types[]")
        func kinds(_ name: String) -> Set<Notice.Kind> {
            Set(parameters.texts(name).compactMap { Notice.Kind(rawValue: $0) })
        }
        return NoticeStore.Query(
            try parameters.page(),
            kinds: isChosen ? kinds("types") : nil,
            without: kinds("exclude_types"),
            from: try parameters.id("account_id").map { Account.ID(rawValue: $0) },
            withHeld: parameters.flag("include_filtered") ?? false
        )
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:notifications")
        let id = try context.noticeID()
        let entity = NotificationEntity(caller: caller, now: desk.clock.now())
        let shown = try await desk.database.read { db -> JSONValue? in
            guard let notice = try db.notices.find(id, of: caller.account.id) else { return nil }
            return try entity.make([notice], in: db).first
        }
        guard let shown else { throw Problem(.notFound, detail: "Record not found") }
        return ClientResponse.json(shown)
    }

    private func countUnread(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:notifications")
        let parameters = try await Parameters(request, context)
        let query = try Self.query(parameters)
        let limit = parameters.limit(100, most: 1_000)
        let count = try await desk.database.read { db in
            var unread = query
            unread.page = .init(
                since: try db.readingMarks.position(in: .notifications, of: caller.account.id)
            )
            return try db.notices.count(of: caller.account.id, unread, limit: limit)
        }
        return ClientResponse.json(["count": .integer(Int64(count))])
    }

    private func requests(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:follows")
        let people = try await desk.database.read { db in
            let ids = try db.follows.requests(to: caller.account.id, limit: 40).map(\.follower)
            let found = try db.accounts.find(ids)
            return ids.compactMap { found[$0] }
        }
        let entity = AccountEntity(school: caller.school)
        return ClientResponse.json(.array(people.map { .object(entity.make($0)) }))
    }

    private func answer(_ request: Request, _ context: ServerContext, accepts: Bool) async throws -> Response
    {
        let caller = try await desk.caller(request, context, "write:follows")
        let other = try context.accountID()
        try await desk.publisher.answerFollow(of: other, accepts: accepts, as: caller.account.id)
        return try await desk.relationship(of: caller, to: other)
    }
}

extension ServerContext {
    /// The notification id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func noticeID() throws -> Notice.ID {
        guard let id = parameters.get("id").flatMap({ Notice.ID($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return id
    }
}
