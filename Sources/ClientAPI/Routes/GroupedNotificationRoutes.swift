import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Notifications told as groups.
///
/// Reference: Mastodon's API, methods "grouped_notifications".
struct GroupedNotificationRoutes: Sendable {
    let desk: ClientDesk

    /// How many accounts of a group are named.
    private static let sample = 8
    /// How many accounts of one group can be had.
    private static let everybody = 200

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v2/notifications") { try await list($0, $1) }
        api.get("v2/notifications/unread_count") { request, context in
            let caller = try await desk.caller(request, context, "read:notifications")
            let parameters = try await Parameters(request, context)
            let query = try NotificationRoutes.query(parameters)
            let limit = parameters.limit(100, most: 1_000)
            let kinds = Self.grouping(parameters)
            let count = try await desk.database.read { db in
                var unread = query
                unread.page = .init(
                    since: try db.readingMarks.position(in: .notifications, of: caller.account.id)
                )
                return try db.notices.countHeads(of: caller.account.id, unread, grouping: kinds, limit: limit)
            }
            return ClientResponse.json(["count": .integer(Int64(count))])
        }
        api.get("v2/notifications/:key") { request, context in
            let caller = try await desk.caller(request, context, "read:notifications")
            let key = try context.groupKey()
            let group = try await desk.database.read { db in
                try db.notices.group(key, of: caller.account.id, sample: Self.sample, withHeld: true)
            }
            guard let group, let shown = try await answer([group], caller, isEmptyFine: false) else {
                throw Problem(.notFound, detail: "Record not found")
            }
            return ClientResponse.json(shown)
        }
        api.get("v2/notifications/:key/accounts") { request, context in
            let caller = try await desk.caller(request, context, "read:notifications")
            let key = try context.groupKey()
            let people = try await desk.database.read { db -> [Account] in
                let group = try db.notices.group(
                    key,
                    of: caller.account.id,
                    sample: Self.everybody,
                    withHeld: true
                )
                guard let group else { return [] }
                let found = try db.accounts.find(group.from)
                return group.from.compactMap { found[$0] }.filter(\.isActive)
            }
            let entity = AccountEntity(school: caller.school)
            return ClientResponse.json(.array(people.map { .object(entity.make($0)) }))
        }
        api.post("v2/notifications/:key/dismiss") { request, context in
            let caller = try await desk.caller(request, context, "write:notifications")
            try await desk.publisher.dismiss(try context.groupKey(), as: caller.account.id)
            return ClientResponse.json([:])
        }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:notifications")
        let parameters = try await Parameters(request, context)
        var wanted = try NotificationRoutes.query(parameters)
        wanted.page.limit = parameters.limit(40, most: 80)
        let (query, kinds) = (wanted, Self.grouping(parameters))
        let groups = try await desk.database.read { db in
            try db.notices.heads(of: caller.account.id, query, grouping: kinds).compactMap { head in
                try db.notices.group(
                    head.group(of: kinds),
                    of: caller.account.id,
                    sample: Self.sample,
                    withHeld: query.withHeld
                )
            }
        }
        let shown = try await answer(groups, caller, isEmptyFine: true) ?? [:]
        return ClientResponse.page(
            shown,
            first: groups.first?.newest.id.rawValue,
            last: groups.last?.newest.id.rawValue,
            of: caller.school,
            request
        )
    }

    /// The kinds that an app wants grouped; all that can be, unless it says so.
    private static func grouping(_ parameters: Parameters) -> Set<Notice.Kind> {
        guard parameters.isGiven("grouped_types") || parameters.isGiven("grouped_types[]") else {
            return Notice.groupable
        }
        return Set(parameters.texts("grouped_types").compactMap { Notice.Kind(rawValue: $0) })
    }

    /// Groups with the accounts and posts that they name, each once; without those that the caller may not see any more.
    private func answer(_ groups: [NoticeGroup], _ caller: Caller, isEmptyFine: Bool) async throws
        -> JSONValue?
    {
        let entity = NotificationEntity(caller: caller, now: desk.clock.now())
        let accounts = AccountEntity(school: caller.school)
        return try await desk.database.read { db in
            let people = try db.accounts.find(Set(groups.flatMap(\.from)))
            var (shown, statuses): ([JSONValue], JSONObject) = ([], [:])
            var named: JSONObject = [:]
            for group in groups {
                guard case .object(let head)? = try entity.make([group.newest], in: db).first else {
                    continue
                }
                let sample = group.from.filter { people[$0]?.isActive ?? false }
                for id in sample {
                    if let account = people[id] { named[id.description] = .object(accounts.make(account)) }
                }
                if let status = head["status"], let id = status.object?["id"]?.string {
                    statuses[id] = status
                }
                shown.append(.object(Self.entity(group, head, sample)))
            }
            guard isEmptyFine || !shown.isEmpty else { return nil }
            return [
                "accounts": .array(named.members.map(\.value)),
                "statuses": .array(statuses.members.map(\.value)),
                "notification_groups": .array(shown),
            ]
        }
    }

    private static func entity(_ group: NoticeGroup, _ head: JSONObject, _ sample: [Account.ID]) -> JSONObject
    {
        var entity: JSONObject = [
            "group_key": .string(group.key.description), "notifications_count": .integer(Int64(group.count)),
            "type": head["type"] ?? nil, "most_recent_notification_id": head["id"] ?? nil,
            "page_min_id": .string(group.oldest.description), "page_max_id": head["id"] ?? nil,
            "latest_page_notification_at": head["created_at"] ?? nil,
            "sample_account_ids": .array(sample.map { .string($0.description) }),
        ]
        if let id = head["status"]?.object?["id"] { entity["status_id"] = id }
        for name in ["target", "emoji", "emoji_url"] where head[name] != nil { entity[name] = head[name] }
        return entity
    }
}

extension ServerContext {
    /// The key of a group in the path.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func groupKey() throws -> NoticeGroup.Key {
        guard let key = pathText("key").flatMap({ NoticeGroup.Key($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return key
    }
}
