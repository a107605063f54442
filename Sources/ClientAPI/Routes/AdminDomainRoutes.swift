import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage
import Vocabulary

/// The agreements of the caller's school with other servers.
///
/// Reference: Mastodon's API, methods "admin/domain_allows" and "admin/domain_blocks".
struct AdminDomainRoutes: Sendable {
    let desk: ClientDesk

    /// One of the two lists: the path, the state of what is in it, and its entity.
    private struct List: Sendable {
        let name: String
        let state: Partner.State
        let entity: @Sendable (AdminEntity, Partner) -> JSONObject
    }

    func add(to api: RouterGroup<ServerContext>) {
        add(List(name: "domain_allows", state: .approved) { $0.allow($1) }, to: api)
        add(List(name: "domain_blocks", state: .blocked) { $0.block($1) }, to: api)
    }

    private func add(_ list: List, to api: RouterGroup<ServerContext>) {
        let path = RouterPath("v1/admin/\(list.name)")
        api.get(path) { request, context in
            let caller = try await desk.caller(request, context, "admin:read:\(list.name)")
            let limit = try await Parameters(request, context).limit(100, most: 200)
            let partners = try await partners(list, caller).prefix(limit)
            let entity = AdminEntity(school: caller.school)
            return ClientResponse.json(.array(partners.map { .object(list.entity(entity, $0)) }))
        }
        api.get("v1/admin/\(list.name)/:id") { request, context in
            let caller = try await desk.caller(request, context, "admin:read:\(list.name)")
            return try await answer(try await found(list, caller, context), list, caller)
        }
        api.post(path) { request, context in
            let caller = try await desk.caller(request, context, "admin:write:\(list.name)")
            let parameters = try await Parameters(request, context)
            guard let host = parameters.text("domain").flatMap({ try? Host($0) }) else {
                throw Problem(.unprocessableContent, detail: "domain is no host")
            }
            // A block here refuses everything: what is asked to be milder is not done as if it was.
            if list.state == .blocked, parameters.text("severity") ?? "suspend" != "suspend" {
                throw Problem(.unprocessableContent, detail: "The severity of a block is suspend")
            }
            try await set(host, list.state, caller)
            return try await answer(host, list, caller)
        }
        api.delete("v1/admin/\(list.name)/:id") { request, context in
            let caller = try await desk.caller(request, context, "admin:write:\(list.name)")
            try await set(try await found(list, caller, context), .ended, caller)
            return ClientResponse.json([:])
        }
    }

    private func set(_ host: Host, _ state: Partner.State, _ caller: Caller) async throws {
        try await desk.publisher.school.setPartner(host, state, at: nil, as: caller.account.id)
    }

    private func partners(_ list: List, _ caller: Caller) async throws -> [Partner] {
        try await desk.publisher.school.partners(of: nil, as: caller.account.id)
            .filter { $0.state == list.state }
    }

    /// The host in the path, when it is in the list.
    private func found(_ list: List, _ caller: Caller, _ context: ServerContext) async throws -> Host {
        let text = context.parameters.get("id") ?? ""
        guard let host = try? Host(text),
            try await partners(list, caller).contains(where: { $0.host == host })
        else { throw Problem(.notFound, detail: "Record not found") }
        return host
    }

    private func answer(_ host: Host, _ list: List, _ caller: Caller) async throws -> Response {
        guard let partner = try await partners(list, caller).first(where: { $0.host == host }) else {
            throw Problem(.notFound, detail: "Record not found")
        }
        return ClientResponse.json(.object(list.entity(AdminEntity(school: caller.school), partner)))
    }
}
