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
        api.get("v1/follow_requests") { try await requests($0, $1) }
        api.post("v1/follow_requests/:id/authorize") { try await answer($0, $1, accepts: true) }
        api.post("v1/follow_requests/:id/reject") { try await answer($0, $1, accepts: false) }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:notifications")
        let parameters = try await Parameters(request, context)
        let before = try parameters.id("max_id").map { Notice.ID(rawValue: $0) }
        let limit = parameters.limit()
        let (notices, entities) = try await desk.database.read { db in
            let notices = try db.notices.page(of: caller.account.id, before: before, limit: limit)
            return (notices, try self.entities(notices, caller, in: db))
        }
        return ClientResponse.page(
            entities,
            first: notices.first?.id.rawValue,
            last: notices.last?.id.rawValue,
            of: caller.school,
            request
        )
    }

    private func entities(_ notices: [Notice], _ caller: Caller, in db: any SQLConnection) throws
        -> [JSONValue]
    {
        let people = try db.accounts.find(notices.map(\.from))
        let accounts = AccountEntity(school: caller.school)
        let (statuses, now) = (StatusEntity(school: caller.school), desk.clock.now())
        return try notices.compactMap { notice in
            guard let from = people[notice.from], from.isActive else { return nil }
            var entity: JSONObject = [
                "id": .string(notice.id.description),
                "type": .string(notice.kind.rawValue),
                "created_at": .string(WireDate.format(notice.createdAt.milliseconds)),
                "group_key": .string("ungrouped-\(notice.id)"),
                "account": .object(accounts.make(from)),
            ]
            if notice.kind == .move, let target = try db.moves.target(of: from.id) {
                entity["target"] = .object(accounts.make(target))
            }
            if let id = notice.post {
                guard let post = try db.posts.find(id), try db.sights.canSee(caller.viewer, post),
                    let shown = try db.filtering.filtered(
                        try db.presenter.present([post], to: caller.viewer),
                        for: caller.viewer,
                        in: .notifications,
                        now: now
                    ).first
                else { return nil }
                entity["status"] = .object(statuses.make(shown))
                if notice.kind == .emojiReaction,
                    let emoji = try db.reactions.lastEmoji(by: from.id, to: post.id)
                {
                    entity["emoji"] = .string(emoji.text)
                    entity["emoji_url"] = emoji.image.map { .string($0.description) } ?? nil
                }
            }
            return .object(entity)
        }
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
