import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// Tells supervisors how the process is: `/livez`, `/readyz` and `/metrics`.
///
/// They need no school, so any `Host` will do. `/metrics` is for the admin address and for
/// `HTTPServerSettings.metricsReaders`; to others it is not there. What comes from a trusted proxy is from outside,
/// even when the proxy runs on this machine and names nobody.
public struct HealthRoutes: Sendable {
    private let isReady: @Sendable () async -> Bool
    private let metrics: PrometheusMetrics?
    private let readers: [AddressRange]

    /// Takes the readiness check, which must answer within a second, and the metrics to show.
    public init(
        settings: HTTPServerSettings,
        metrics: PrometheusMetrics?,
        isReady: @escaping @Sendable () async -> Bool
    ) {
        self.isReady = isReady
        self.metrics = metrics
        readers = settings.metricsReaders
    }

    /// Answers a request for one of the three paths; nil for any other.
    func respond(to request: Request, context: ServerContext) async throws -> Response? {
        switch request.uri.path {
        case "/livez", "/readyz", "/metrics": break
        default: return nil
        }
        let path = request.uri.path
        context.coreContext.endpointPath.value = path
        guard path != "/metrics" || mayRead(context.client) else { throw Problem(.notFound) }
        guard request.method == .get || request.method == .head else {
            throw Problem(.methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        switch path {
        case "/livez":
            return Self.text("ok\n")
        case "/readyz":
            guard await isReady() else {
                throw Problem(.serviceUnavailable, reason: "not_ready", retryAfter: 5)
            }
            return Self.text("ok\n")
        default:
            guard let metrics else { throw Problem(.notFound) }
            return Self.text(metrics.text(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    private func mayRead(_ client: Client) -> Bool {
        if client.role == .admin { return true }
        guard let address = client.address, let peer = client.peer else { return false }
        guard !client.isProxied || address != peer else { return false }
        return readers.contains { $0.contains(address) } && !(client.isProxied && address.isLoopback)
    }

    private static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
