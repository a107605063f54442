import Content
import Domain
import Hummingbird
import Peers
import Server
import Storage
import Vocabulary

/// Search for people, posts and hashtags.
///
/// Reference: Mastodon's API, methods "search" and "accounts/search". A pasted handle or address, of a post or
/// person or of a page of theirs, is looked up, at its home when the app asks to resolve it.
struct SearchRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v2/search") { try await everything($0, $1) }
    }

    private func everything(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:search")
        let parameters = try await Parameters(request, context)
        let search = try Search(parameters)
        let type = parameters.text("type")
        let found = try await found(at: search, caller)
        let accounts = [nil, "accounts"].contains(type) ? try await people(search, found, caller) : []
        let posts = [nil, "statuses"].contains(type) ? try await posts(search, found, caller) : []
        let tags = [nil, "hashtags"].contains(type) ? try await hashtags(search, caller) : []
        let (people, entity) = (AccountEntity(school: caller.school), StatusEntity(school: caller.school))
        return ClientResponse.json([
            "accounts": .array(accounts.map { .object(people.make($0)) }),
            "statuses": .array(posts.map { .object(entity.make($0)) }),
            "hashtags": .array(tags),
        ])
    }

    func accounts(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:accounts")
        let search = try Search(try await Parameters(request, context))
        let found = try await people(search, try await found(at: search, caller), caller)
        let entity = AccountEntity(school: caller.school)
        return ClientResponse.json(.array(found.map { .object(entity.make($0)) }))
    }

    private struct Search: Sendable {
        let text: String
        let resolves: Bool
        let onlyFollowed: Bool
        let offset: Int
        let limit: Int

        init(_ parameters: Parameters) throws {
            text = parameters.text("q") ?? ""
            resolves = parameters.flag("resolve") == true
            onlyFollowed = parameters.flag("following") == true
            offset = min(max(parameters.text("offset").flatMap { Int($0) } ?? 0, 0), 10_000)
            limit = parameters.limit()
        }

        /// The handle that the text is, if it is one; a bare name is none.
        var handle: Handle? {
            let name = text.hasPrefix("@") ? String(text.dropFirst()) : text
            return name.contains("@") ? try? Handle(name) : nil
        }

        var address: URI? { text.contains("://") ? try? URI(text) : nil }
    }

    /// What a pasted address means; nil when the text is none, or what is there cannot be had.
    private func found(at search: Search, _ caller: Caller) async throws -> AddressResolver.Found? {
        guard let address = search.address, search.offset == 0 else { return nil }
        let resolver = desk.directory.resolver
        guard search.resolves else { return try await resolver.known(address) }
        do {
            return try await resolver.resolve(address, for: caller.school)
        } catch is PostRefusal {
            return nil
        }
    }

    private func people(_ search: Search, _ address: AddressResolver.Found?, _ caller: Caller) async throws
        -> [Account]
    {
        if let handle = search.handle { return try await account(handle, search, caller) }
        if search.address != nil {
            guard case .account(let id) = address else { return [] }
            let known = try await desk.database.read { try $0.accounts.find(id) }
            return [known].compactMap { $0 }.filter(\.isActive)
        }
        let found = try await desk.database.read { db in
            let found = try db.searches.accounts(
                search.text,
                for: caller.account.id,
                of: caller.school.id,
                offset: search.offset,
                limit: search.limit
            )
            return try blocked(search, caller, in: db).map { [$0] + found } ?? found
        }
        guard search.onlyFollowed else { return found }
        let followed = try await desk.database.read { db in
            try db.follows.followed(by: caller.account.id, among: Set(found.map(\.id)))
        }
        return found.filter { followed.contains($0.id) }
    }

    /// Whom the caller blocks, by their exact name: apps look for them so to unblock them.
    private func blocked(_ search: Search, _ caller: Caller, in db: any SQLConnection) throws -> Account? {
        let name = search.text.hasPrefix("@") ? String(search.text.dropFirst()) : search.text
        guard search.offset == 0, let handle = try? Handle("\(name)@\(caller.school.host)"),
            let account = try db.accounts.find(handle), account.isActive,
            try db.blocks.find(blocker: caller.account.id, blocked: account.id) != nil,
            try db.blocks.find(blocker: account.id, blocked: caller.account.id) == nil
        else { return nil }
        return account
    }

    private func account(_ handle: Handle, _ search: Search, _ caller: Caller) async throws -> [Account] {
        var found = try await desk.database.read { try $0.accounts.find(handle) }
        if found == nil, search.resolves, handle.host != caller.school.host {
            found = try? await desk.directory.account(handle, for: caller.school)
        }
        return search.offset > 0 ? [] : [found].compactMap { $0 }.filter(\.isActive)
    }

    /// Hashtags that begin with the text, however it is written.
    private func hashtags(_ search: Search, _ caller: Caller) async throws -> [JSONValue] {
        guard let start = Hashtag(search.text) else { return [] }
        let now = desk.clock.now()
        return try await desk.database.read { db in
            var names = try db.hashtagPages.search(
                start.name,
                for: caller.viewer,
                at: caller.school.id,
                offset: search.offset,
                limit: search.limit
            )
            // One that nobody has used yet is found by who follows it.
            if search.offset == 0, !names.contains(start.name) {
                names = try db.hashtags.followed(by: caller.account.id, among: [start.name]) + names
            }
            return try HashtagEntity(school: caller.school).make(names, for: caller.viewer, now: now, in: db)
        }
    }

    private func posts(_ search: Search, _ address: AddressResolver.Found?, _ caller: Caller) async throws
        -> [PresentedPost]
    {
        let now = desk.clock.now()
        return try await desk.database.read { db in
            if search.address != nil {
                guard case .post(let id) = address, let post = try db.posts.find(id),
                    try db.sights.canSee(caller.viewer, post)
                else { return [] }
                return try db.presenter.present([post], to: caller.viewer)
            }
            return try db.searches.posts(
                SearchQuery(search.text),
                for: caller.viewer,
                now: now,
                offset: search.offset,
                limit: search.limit
            )
        }
    }
}
