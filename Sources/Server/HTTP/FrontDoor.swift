public import Domain
import HTTPTypes
public import Hummingbird
import Logging

/// Answers every request: what happens before and after the routes.
///
/// In order: the client's address, health, the school's host, the client's rate, the route, then the fields that every
/// response carries. Nothing it returns is an error, so a connection is never left without an answer.
public struct FrontDoor: HTTPResponder {
    /// What routes get along with a request.
    public typealias Context = ServerContext

    private let routes: RouterResponder<ServerContext>
    private let hosts: KnownHosts
    private let health: HealthRoutes
    private let proxies: TrustedProxies
    private let limiter: RateLimiter?
    let bodies: BodyBudget

    /// Puts the routes behind the door; the router takes no routes afterwards.
    ///
    /// - Parameters:
    ///   - router: Made by `ServerRouter.make()`.
    ///   - settings: Whom to trust and how often a client may ask.
    ///   - health: Readiness and metrics.
    ///   - limiter: Shared with routes that limit by other keys; nil switches limits off.
    ///   - isSchool: Whether a school has this host; called for every request, so it must not wait.
    public init(
        router: Router<ServerContext>,
        settings: HTTPServerSettings,
        health: HealthRoutes,
        limiter: RateLimiter?,
        isSchool: @escaping @Sendable (Host) -> Bool
    ) {
        ServerRouter.refuseOtherMethods(router)
        routes = router.buildResponder()
        hosts = KnownHosts(isKnown: isSchool)
        proxies = TrustedProxies(ranges: settings.trustedProxies)
        bodies = BodyBudget(
            limit: settings.limits.bodyBytes,
            limitPerClient: settings.limits.bodyBytesPerClient
        )
        self.health = health
        self.limiter = limiter
    }

    /// Answers one request; never throws.
    public func respond(to request: Request, context: ServerContext) async -> Response {
        var context = context
        admit(request, &context)
        return await answer(request, context)
    }

    /// Finds out who asks.
    func admit(_ request: Request, _ context: inout ServerContext) {
        proxies.resolve(&context.client, fields: request.headers)
    }

    /// Answers a request whose client is known.
    func answer(_ request: Request, _ context: ServerContext) async -> Response {
        var context = context
        let hold = bodies.hold(for: context.client.address)
        context.bodyHold = hold
        defer { hold.release() }
        var response: Response
        do {
            response = try await route(request, context)
        } catch {
            response = Problem.from(error, context: context).response()
        }
        if request.method == .head {
            response = Response(status: response.status, headers: response.headers)
        }
        if CrossOrigin.isOpen(request.uri.path) { CrossOrigin.add(to: &response.headers) }
        response.headers[.requestID] = context.requestID
        SecurityHeaders.add(to: &response.headers, isSecure: context.client.isSecure)
        return response
    }

    private func route(_ request: Request, _ context: ServerContext) async throws -> Response {
        if let response = try await health.respond(to: request, context: context) { return response }
        guard context.client.role == .main else { throw Problem(.notFound) }
        var context = context
        context.host = try hosts.host(of: request)
        if let address = context.client.address { try limiter?.admit(.address(address)) }
        if request.method == .options, CrossOrigin.isOpen(request.uri.path) { return CrossOrigin.preflight() }
        return try await routes.respond(to: request, context: context)
    }
}
