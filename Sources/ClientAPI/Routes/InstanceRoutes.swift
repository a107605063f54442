import Domain
import Hummingbird
import Peers
import Server
import Storage
import Vocabulary

/// What this server is, and the search for people.
struct InstanceRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/instance") { try await first($0, $1) }
        api.get("v2/instance") { try await second($0, $1) }
        api.get("v1/custom_emojis") { _, _ in ClientResponse.json([]) }
        api.get("v2/search") { try await search($0, $1) }
    }

    private var limits: JSONValue {
        [
            "statuses": [
                "max_characters": 5_000, "max_media_attachments": 0, "characters_reserved_per_url": 23,
            ],
            "accounts": ["max_featured_tags": 0],
        ]
    }

    private func first(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.anyone(request, context, "read").school
        let counts = try await desk.usage.counts(of: school.id)
        return ClientResponse.json([
            "uri": .string(school.host.description), "title": .string(school.name), "short_description": "",
            "description": "", "email": "",
            "version": .string("4.2.0 (compatible; Staffroom \(desk.version))"),
            "urls": [:], "languages": ["en"], "registrations": false, "approval_required": true,
            "invites_enabled": false, "configuration": limits, "rules": [],
            "stats": [
                "user_count": .integer(Int64(counts.people)), "status_count": .integer(Int64(counts.posts)),
                "domain_count": 0,
            ],
        ])
    }

    private func second(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.anyone(request, context, "read").school
        let counts = try await desk.usage.counts(of: school.id)
        return ClientResponse.json([
            "domain": .string(school.host.description), "title": .string(school.name),
            "version": .string("4.2.0 (compatible; Staffroom \(desk.version))"),
            "source_url": "", "description": "", "languages": ["en"], "configuration": limits, "rules": [],
            "usage": ["users": ["active_month": .integer(Int64(counts.people))]],
            "registrations": ["enabled": false, "approval_required": true, "message": nil],
            "api_versions": ["mastodon": 1],
        ])
    }

    /// Finds one account by its handle, at its home if `resolve` says so; a wider search is still to come.
    private func search(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "read:search")
        let parameters = try await Parameters(request, context)
        let query = parameters.text("q") ?? ""
        let text = query.hasPrefix("@") ? String(query.dropFirst()) : query
        let full = text.contains("@") ? text : "\(text)@\(caller.school.host)"
        var found: Account?
        if let handle = try? Handle(full) {
            found = try await desk.database.read { try $0.accounts.find(handle) }
            if found == nil, parameters.flag("resolve") == true, handle.host != caller.school.host {
                found = try? await desk.directory.account(handle, for: caller.school)
            }
        }
        let entity = AccountEntity(school: caller.school)
        let accounts = [found].compactMap { $0 }.filter(\.isActive).map { JSONValue.object(entity.make($0)) }
        return ClientResponse.json(["accounts": .array(accounts), "statuses": [], "hashtags": []])
    }
}
