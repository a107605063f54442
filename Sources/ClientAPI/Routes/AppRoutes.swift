import Access
import Domain
import HTTPTypes
import Hummingbird
import Server
import Storage
import Vocabulary

/// Apps register, and ask what they are.
///
/// Reference: Mastodon's API, Application and CredentialApplication.
struct AppRoutes: Sendable {
    let desk: ClientDesk

    func add(to api: RouterGroup<ServerContext>) {
        api.post("v1/apps") { try await register($0, $1) }
        api.get("v1/apps/verify_credentials") { try await verify($0, $1) }
    }

    /// Anybody may register, so an address may do so only now and then.
    private func register(_ request: Request, _ context: ServerContext) async throws -> Response {
        let school = try await desk.school(context)
        if let address = context.client.address { try desk.limiter?.admit(.registrations(address)) }
        let parameters = try await Parameters(request, context)
        // One text with an address a line, or a list.
        let addresses = parameters.texts("redirect_uris").flatMap { $0.split(whereSeparator: \.isWhitespace) }
        let scopes = parameters.text("scopes") ?? parameters.texts("scopes").joined(separator: " ")
        let (app, secret) = try await desk.apps.register(
            name: parameters.text("client_name") ?? "",
            website: parameters.text("website") ?? "",
            redirectURIs: addresses.map(String.init),
            scopes: scopes.isEmpty ? "read" : scopes,
            at: school.id
        )
        var entity = Self.entity(app)
        entity["client_id"] = .string(app.clientID)
        entity["client_secret"] = .string(secret)
        entity["client_secret_expires_at"] = 0
        return ClientResponse.json(.object(entity))
    }

    private func verify(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try await desk.grant(request, context)
        guard let id = grant.app, let app = try await desk.apps.find(id) else {
            throw Problem(.notFound, detail: "The token was made by an admin and is no app's")
        }
        return ClientResponse.json(.object(Self.entity(app)))
    }

    private static func entity(_ app: ClientApp) -> JSONObject {
        [
            "id": .string(app.id.description), "name": .string(app.name),
            "website": app.website.isEmpty ? nil : .string(app.website),
            "scopes": .array((Scopes(app.scopes)?.all ?? []).map { .string($0) }),
            "redirect_uris": .array(app.redirectURIs.map { .string($0) }),
            "redirect_uri": .string(app.redirectURIs.joined(separator: "\n")),
            // Push is not served.
            "vapid_key": "",
        ]
    }
}
