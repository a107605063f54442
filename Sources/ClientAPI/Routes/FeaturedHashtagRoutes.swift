import Content
import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Hashtags that people show on their profiles.
///
/// Reference: Mastodon's API, methods "featured_tags" and "tags" (feature, unfeature).
struct FeaturedHashtagRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/featured_tags") { request, context in
            let caller = try await desk.caller(request, context, "read:accounts")
            return try await list(of: caller.account.id, caller.school)
        }
        api.post("v1/featured_tags") { request, context in
            let caller = try await desk.caller(request, context, "write:accounts")
            let name = try await Parameters(request, context).text("name") ?? ""
            guard let tag = Hashtag(name) else {
                throw Problem(.unprocessableContent, detail: "name is no hashtag")
            }
            let shown = try await desk.publisher.featureHashtag(tag.name, as: caller.account.id)
            return ClientResponse.json(try await entities([shown], caller.school).first ?? [:])
        }
        api.delete("v1/featured_tags/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:accounts")
            let id = context.parameters.get("id").flatMap { FeaturedHashtag.ID($0) }
            let shown = try await desk.database.read { try $0.featuredHashtags.all(of: caller.account.id) }
            guard let hashtag = shown.first(where: { $0.id == id }) else {
                throw Problem(.notFound, detail: "Record not found")
            }
            try await desk.publisher.unfeatureHashtag(hashtag.name, as: caller.account.id)
            return ClientResponse.json([:])
        }
        api.get("v1/featured_tags/suggestions") { try await proposals($0, $1) }
        api.get("v1/accounts/:id/featured_tags") { request, context in
            let anyone = try await desk.anyone(request, context, "read:accounts")
            let account = try await desk.account(in: context, for: anyone)
            return try await list(of: account.id, anyone.school)
        }
        for isShown in [true, false] {
            api.post("v1/tags/:name/\(isShown ? "feature" : "unfeature")") { request, context in
                let caller = try await desk.caller(request, context, "write:accounts")
                let name = try context.hashtag().name
                if isShown {
                    _ = try await desk.publisher.featureHashtag(name, as: caller.account.id)
                } else {
                    try await desk.publisher.unfeatureHashtag(name, as: caller.account.id)
                }
                return try await hashtags([name], caller) { $0.first ?? [:] }
            }
        }
    }

    private func proposals(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:accounts")
        let names = try await desk.database.read {
            try $0.featuredHashtags.proposals(for: caller.account.id, limit: FeaturedHashtag.maximum)
        }
        return try await hashtags(names, caller) { .array($0) }
    }

    private func hashtags(_ names: [String], _ caller: Caller, _ answer: ([JSONValue]) -> JSONValue)
        async throws
        -> Response
    {
        let now = desk.clock.now()
        let entities = try await desk.database.read { db in
            try HashtagEntity(school: caller.school).make(names, for: caller.viewer, now: now, in: db)
        }
        return ClientResponse.json(answer(entities))
    }

    private func list(of account: Account.ID, _ school: School) async throws -> Response {
        let shown = try await desk.database.read { try $0.featuredHashtags.all(of: account) }
        return ClientResponse.json(.array(try await entities(shown, school)))
    }

    private func entities(_ shown: [FeaturedHashtag], _ school: School) async throws -> [JSONValue] {
        guard let account = shown.first?.account else { return [] }
        let uses = try await desk.database.read {
            try $0.featuredHashtags.uses(of: shown.map(\.name), by: account)
        }
        let addresses = LocalActorURIs(origin: school.origin)
        return shown.map { hashtag in
            let use = uses[hashtag.name] ?? .init()
            return [
                "id": .string(hashtag.id.description), "name": .string(hashtag.name),
                "url": .string(addresses.tagPage(hashtag.name).description),
                "statuses_count": .string("\(use.posts)"),
                "last_status_at": use.last.map { .string("\(WireDate.format($0.milliseconds).prefix(10))") }
                    ?? nil,
            ]
        }
    }
}
