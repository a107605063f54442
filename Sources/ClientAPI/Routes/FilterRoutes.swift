import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Filters, by keyword and by post.
///
/// Reference: Mastodon's API, methods "filters", version 2.
struct FilterRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v2/filters") { request, context in
            let caller = try await desk.caller(request, context, "read:filters")
            let filters = try await desk.database.read { try $0.filters.all(of: caller.account.id) }
            return ClientResponse.json(.array(filters.map { .object(FilterEntity.make($0)) }))
        }
        api.post("v2/filters") { try await add($0, $1) }
        api.get("v2/filters/:id") { request, context in
            ClientResponse.json(.object(FilterEntity.make(try await filter(request, context))))
        }
        api.put("v2/filters/:id") { try await change($0, $1) }
        api.delete("v2/filters/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:filters")
            try await desk.publisher.removeFilter(try context.rowID(), as: caller.account.id)
            return ClientResponse.json([:])
        }
        addKeywords(to: api)
        addEntries(to: api)
    }

    private func addKeywords(to api: RouterGroup<ServerContext>) {
        api.get("v2/filters/:id/keywords") { request, context in
            ClientResponse.json(
                .array(try await filter(request, context).keywords.map(FilterEntity.keyword))
            )
        }
        api.post("v2/filters/:id/keywords") { request, context in
            let caller = try await desk.caller(request, context, "write:filters")
            let parameters = try await Parameters(request, context)
            let filter = try await desk.publisher.changeFilter(
                try context.rowID(),
                keywords: [
                    .init(text: parameters.text("keyword") ?? "", isWholeWord: parameters.flag("whole_word"))
                ],
                as: caller.account.id
            )
            return ClientResponse.json(filter.keywords.last.map(FilterEntity.keyword) ?? [:])
        }
        api.get("v2/filters/keywords/:id") { request, context in
            let caller = try await desk.caller(request, context, "read:filters")
            let id: PostFilter.Keyword.ID = try context.rowID()
            let filters = try await desk.database.read { try $0.filters.all(of: caller.account.id) }
            guard let keyword = filters.flatMap(\.keywords).first(where: { $0.id == id }) else {
                throw Problem(.notFound, detail: "Record not found")
            }
            return ClientResponse.json(FilterEntity.keyword(keyword))
        }
        api.put("v2/filters/keywords/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:filters")
            let parameters = try await Parameters(request, context)
            let id: PostFilter.Keyword.ID = try context.rowID()
            let filter = try await desk.publisher.changeKeyword(
                .init(
                    id: id,
                    text: parameters.text("keyword"),
                    isWholeWord: parameters.flag("whole_word")
                ),
                as: caller.account.id
            )
            return ClientResponse.json(
                filter.keywords.first { $0.id == id }.map(FilterEntity.keyword) ?? [:]
            )
        }
        api.delete("v2/filters/keywords/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:filters")
            let change = Publisher.KeywordChange(id: try context.rowID(), isRemoved: true)
            _ = try await desk.publisher.changeKeyword(change, as: caller.account.id)
            return ClientResponse.json([:])
        }
    }

    private func addEntries(to api: RouterGroup<ServerContext>) {
        api.get("v2/filters/:id/statuses") { request, context in
            ClientResponse.json(.array(try await filter(request, context).entries.map(FilterEntity.entry)))
        }
        api.post("v2/filters/:id/statuses") { request, context in
            let caller = try await desk.caller(request, context, "write:filters")
            guard let post = try await Parameters(request, context).id("status_id") else {
                throw Problem(.unprocessableContent, detail: "status_id is missing")
            }
            let entry = try await desk.publisher.addEntry(
                of: Post.ID(rawValue: post),
                to: try context.rowID(),
                as: caller.account.id
            )
            return ClientResponse.json(FilterEntity.entry(entry))
        }
        api.get("v2/filters/statuses/:id") { request, context in
            let caller = try await desk.caller(request, context, "read:filters")
            let id: PostFilter.Entry.ID = try context.rowID()
            let filters = try await desk.database.read { try $0.filters.all(of: caller.account.id) }
            guard let entry = filters.flatMap(\.entries).first(where: { $0.id == id }) else {
                throw Problem(.notFound, detail: "Record not found")
            }
            return ClientResponse.json(FilterEntity.entry(entry))
        }
        api.delete("v2/filters/statuses/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:filters")
            try await desk.publisher.removeEntry(try context.rowID(), as: caller.account.id)
            return ClientResponse.json([:])
        }
    }

    /// The caller's own filter that the path names.
    private func filter(_ request: Request, _ context: ServerContext) async throws -> PostFilter {
        let caller = try await desk.caller(request, context, "read:filters")
        let id: PostFilter.ID = try context.rowID()
        guard let filter = try await desk.database.read({ try $0.filters.find(id, of: caller.account.id) })
        else { throw Problem(.notFound, detail: "Record not found") }
        return filter
    }

    private func add(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:filters")
        let parameters = try await Parameters(request, context)
        let filter = try await desk.publisher.addFilter(
            parameters.text("title") ?? "",
            in: try parameters.filterContexts() ?? [],
            try action(parameters) ?? .warn,
            ends: try parameters.filterEnd(),
            keywords: try keywords(parameters),
            as: caller.account.id
        )
        return ClientResponse.json(.object(FilterEntity.make(filter)))
    }

    private func change(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:filters")
        let parameters = try await Parameters(request, context)
        let filter = try await desk.publisher.changeFilter(
            try context.rowID(),
            title: parameters.text("title"),
            in: try parameters.filterContexts(),
            try action(parameters),
            ends: try parameters.filterEnd(),
            keywords: try keywords(parameters),
            as: caller.account.id
        )
        return ClientResponse.json(.object(FilterEntity.make(filter)))
    }

    private func action(_ parameters: Parameters) throws -> PostFilter.Action? {
        guard let word = parameters.text("filter_action") else { return nil }
        guard let action = PostFilter.Action(rawValue: word) else {
            throw Problem(.unprocessableContent, detail: "filter_action is none of warn, hide, blur")
        }
        return action
    }

    private func keywords(_ parameters: Parameters) throws -> [Publisher.KeywordChange] {
        try parameters.records("keywords_attributes").prefix(500).map { record in
            var change = Publisher.KeywordChange(
                text: record.text("keyword"),
                isWholeWord: record.flag("whole_word"),
                isRemoved: record.flag("_destroy") ?? false
            )
            change.id = try record.id("id").map { .init(rawValue: $0) }
            return change
        }
    }
}

extension Parameters {
    /// Where a filter holds; nil when it is not said.
    ///
    /// - Throws: `Problem` with status 422 for a place that there is not.
    func filterContexts() throws -> Set<PostFilter.Context>? {
        let words = texts("context")
        if words.isEmpty { return nil }
        let contexts = words.compactMap { PostFilter.Context(rawValue: $0) }
        guard contexts.count == words.count else {
            throw Problem(
                .unprocessableContent,
                detail: "context is none of home, notifications, public, thread, account"
            )
        }
        return Set(contexts)
    }

    /// When a filter ends, in seconds from now; empty for never.
    ///
    /// - Throws: `Problem` with status 400 for what is no number.
    func filterEnd() throws -> Publisher.FilterEnd {
        guard isGiven("expires_in") else { return .unchanged }
        return try id("expires_in").map { .after(.seconds($0)) } ?? .never
    }
}

extension ServerContext {
    /// The id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    func rowID<Of>() throws -> ID<Of> {
        guard let id = parameters.get("id").flatMap({ ID<Of>($0) }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return id
    }
}
