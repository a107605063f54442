import Domain
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// Filters as older apps know them: each keyword is a filter of its own.
///
/// Reference: Mastodon's API, methods "filters", version 1. What such an app makes is a filter with one keyword; where a
/// filter has several, it may change the word but not what they share.
struct FirstFilterRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/filters") { request, context in
            let caller = try await desk.caller(request, context, "read:filters")
            let filters = try await desk.database.read { try $0.filters.all(of: caller.account.id) }
            return ClientResponse.json(
                .array(
                    filters.flatMap { filter in filter.keywords.map { FilterEntity.first($0, of: filter) } }
                )
            )
        }
        api.post("v1/filters") { try await add($0, $1) }
        api.get("v1/filters/:id") { request, context in
            let caller = try await desk.caller(request, context, "read:filters")
            let (filter, keyword) = try await find(try context.rowID(), caller)
            return ClientResponse.json(FilterEntity.first(keyword, of: filter))
        }
        api.put("v1/filters/:id") { try await change($0, $1) }
        api.delete("v1/filters/:id") { request, context in
            let caller = try await desk.caller(request, context, "write:filters")
            let (filter, keyword) = try await find(try context.rowID(), caller)
            if filter.keywords.count == 1, filter.entries.isEmpty {
                try await desk.publisher.removeFilter(filter.id, as: caller.account.id)
            } else {
                _ = try await desk.publisher.changeKeyword(
                    .init(id: keyword.id, isRemoved: true),
                    as: caller.account.id
                )
            }
            return ClientResponse.json([:])
        }
    }

    private func find(_ id: PostFilter.Keyword.ID, _ caller: Caller) async throws -> (
        PostFilter, PostFilter.Keyword
    ) {
        let filters = try await desk.database.read { try $0.filters.all(of: caller.account.id) }
        for filter in filters {
            if let keyword = filter.keywords.first(where: { $0.id == id }) { return (filter, keyword) }
        }
        throw Problem(.notFound, detail: "Record not found")
    }

    private func add(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:filters")
        let parameters = try await Parameters(request, context)
        let phrase = parameters.text("phrase") ?? ""
        let filter = try await desk.publisher.addFilter(
            phrase,
            in: try parameters.filterContexts() ?? [],
            parameters.flag("irreversible") == true ? .hide : .warn,
            ends: try parameters.filterEnd(),
            keywords: [.init(text: phrase, isWholeWord: parameters.flag("whole_word"))],
            as: caller.account.id
        )
        return ClientResponse.json(filter.keywords.first.map { FilterEntity.first($0, of: filter) } ?? [:])
    }

    private func change(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "write:filters")
        let parameters = try await Parameters(request, context)
        let (filter, keyword) = try await find(try context.rowID(), caller)
        let contexts = try parameters.filterContexts()
        let action = parameters.flag("irreversible").map { $0 ? PostFilter.Action.hide : .warn }
        let changesAll =
            contexts.map { $0 != filter.contexts } ?? false || action.map { $0 != filter.action } ?? false
            || parameters.isGiven("expires_in")
        guard filter.keywords.count == 1 || !changesAll else {
            throw Problem(
                .unprocessableContent,
                detail: "This filter has several keywords; change it in an app that knows them"
            )
        }
        let changed = try await desk.publisher.changeFilter(
            filter.id,
            in: contexts,
            action,
            ends: try parameters.filterEnd(),
            keywords: [
                .init(
                    id: keyword.id,
                    text: parameters.text("phrase"),
                    isWholeWord: parameters.flag("whole_word")
                )
            ],
            as: caller.account.id
        )
        return ClientResponse.json(
            changed.keywords.first { $0.id == keyword.id }.map { FilterEntity.first($0, of: changed) } ?? [:]
        )
    }
}
