import Access
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Server
import Storage
import Vocabulary

/// The half of OAuth 2 that programs call: tokens, their end, who a token is for, and what is served.
///
/// The half for people is among the pages.
///
/// Spec: RFC 6749, RFC 7009, RFC 7636, RFC 8414, RFC 9700.
struct OAuthRoutes: Sendable {
    let desk: ClientDesk

    func add(to router: Router<ServerContext>) {
        let oauth = router.group().add(middleware: OAuthErrors())
        oauth.post("oauth/token") { try await token($0, $1) }
        oauth.post("oauth/revoke") { try await revoke($0, $1) }
        let open = router.group().add(middleware: ClientErrors())
        open.get("oauth/userinfo") { try await person($0, $1) }
        open.post("oauth/userinfo") { try await person($0, $1) }
        open.get(".well-known/oauth-authorization-server") { try await metadata($0, $1) }
    }

    private func token(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (parameters, app) = try await client(request, context)
        let issued: Permissions.Issued
        switch parameters.text("grant_type") {
        case "authorization_code":
            guard let code = parameters.text("code"), let address = parameters.text("redirect_uri") else {
                throw OAuthError.invalidRequest("code and redirect_uri are needed")
            }
            issued = try await desk.permissions.redeem(
                code,
                redirectURI: address,
                verifier: parameters.text("code_verifier").flatMap { $0.isEmpty ? nil : $0 },
                by: app
            )
        case "refresh_token":
            guard let token = parameters.text("refresh_token") else {
                throw OAuthError.invalidRequest("refresh_token is needed")
            }
            issued = try await desk.permissions.refresh(token, scope: parameters.text("scope"), by: app)
        case "client_credentials":
            issued = try await desk.permissions.issue(to: app, scope: parameters.text("scope"))
        case nil: throw OAuthError.invalidRequest("grant_type is needed")
        default: throw OAuthError.unsupportedGrantType
        }
        var answer: JSONObject = [
            "access_token": .string(issued.accessToken), "token_type": "Bearer",
            "scope": .string(issued.scopes.description),
            "created_at": .integer(issued.createdAt.milliseconds / 1_000),
        ]
        if let token = issued.refreshToken { answer["refresh_token"] = .string(token) }
        return OAuthErrors.response(.ok, answer)
    }

    private func revoke(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (parameters, app) = try await client(request, context)
        guard let token = parameters.text("token") else { throw OAuthError.invalidRequest("token is needed") }
        try await desk.permissions.revoke(token, by: app)
        return OAuthErrors.response(.ok, [:])
    }

    /// The client, by its secret in the body or in the `Authorization` field, but not in both, and never in the address.
    private func client(_ request: Request, _ context: ServerContext) async throws -> (Parameters, ClientApp)
    {
        let parameters = try await Parameters(request, context, readsQuery: false)
        let school = try await desk.school(context)
        let named = (parameters.text("client_id"), parameters.text("client_secret"))
        if let (id, secret) = try request.basicCredentials {
            guard named.1 == nil, named.0 == nil || named.0 == id else {
                throw OAuthError.invalidRequest("Authenticate in one way")
            }
            return (parameters, try await desk.apps.authenticate(id, secret, at: school.id))
        }
        guard let id = named.0, let secret = named.1 else { throw OAuthError.invalidClient }
        return (parameters, try await desk.apps.authenticate(id, secret, at: school.id))
    }

    /// Spec: OpenID Connect Core section 5.3, as far as Mastodon has it.
    private func person(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await desk.caller(request, context, "profile", "read:accounts")
        let account = caller.account
        return ClientResponse.json([
            "iss": .string(caller.school.origin.description), "sub": .string(account.uri.description),
            "name": .string(account.shownName), "preferred_username": .string(account.handle.name),
            "profile": .string((account.page ?? account.uri).description),
            "picture": AccountEntity(school: caller.school).make(account)["avatar"] ?? nil,
        ])
    }

    private func metadata(_ request: Request, _ context: ServerContext) async throws -> Response {
        let origin = try await desk.school(context).origin.description
        let texts = { (texts: [String]) in JSONValue.array(texts.map { .string($0) }) }
        let document: JSONObject = [
            "issuer": .string(origin),
            "authorization_endpoint": .string("\(origin)/oauth/authorize"),
            "token_endpoint": .string("\(origin)/oauth/token"),
            "revocation_endpoint": .string("\(origin)/oauth/revoke"),
            "userinfo_endpoint": .string("\(origin)/oauth/userinfo"),
            "app_registration_endpoint": .string("\(origin)/api/v1/apps"),
            "scopes_supported": texts(Scopes.supported),
            "response_types_supported": ["code"], "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": true,
        ]
        return ClientResponse.json(.object(document))
    }
}

/// Turns what the routes throw into the form of RFC 6749 section 5.2.
struct OAuthErrors: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as OAuthError {
            let status: HTTPResponse.Status =
                switch error {
                case .invalidClient: .unauthorized
                case .unauthorizedClient: .forbidden
                default: .badRequest
                }
            var response = Self.response(
                status,
                ["error": .string(error.code), "error_description": .string(error.description)]
            )
            if error == .invalidClient { response.headers[.wwwAuthenticate] = "Basic realm=\"oauth\"" }
            return response
        } catch {
            let problem = Problem.from(error, context: context)
            var response = Self.response(
                problem.status,
                [
                    "error": problem.status.code >= 500 ? "server_error" : "invalid_request",
                    "error_description": .string(problem.detail ?? problem.status.reasonPhrase),
                ]
            )
            for field in problem.headers { response.headers[field.name] = field.value }
            if let seconds = problem.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
            return response
        }
    }

    /// Never kept by a cache.
    static func response(_ status: HTTPResponse.Status, _ document: JSONObject) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONWriter.write(.object(document))))
        )
    }
}

extension Request {
    /// The name and password of an `Authorization: Basic` field, each decoded as a form's; nil when there is none.
    ///
    /// Spec: RFC 6749 section 2.3.1.
    ///
    /// - Throws: `OAuthError.invalidClient` for one that is malformed.
    fileprivate var basicCredentials: (String, String)? {
        get throws(OAuthError) {
            guard let field = headers[.authorization] else { return nil }
            let parts = field.split(separator: " ", maxSplits: 1)
            // Apps send their person's token everywhere, also with its revocation; it says nothing of the client.
            guard parts.first?.lowercased() != "bearer" else { return nil }
            guard parts.count == 2, parts[0].lowercased() == "basic", parts[1].utf8.count <= 2_048,
                let data = Data(base64Encoded: String(parts[1]))
            else { throw .invalidClient }
            let pair = String(decoding: data, as: UTF8.self).split(
                separator: ":",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard pair.count == 2 else { throw .invalidClient }
            // Ids and secrets of ours have no byte that is escaped, so decoding changes nothing for those who forget it.
            let texts = pair.map { FormFields("x=\($0)")["x"] ?? "" }
            return (texts[0], texts[1])
        }
    }
}
