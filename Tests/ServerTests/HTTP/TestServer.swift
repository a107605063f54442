import CoreMetrics
import Domain
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import Server

/// A server on a port of its own, with routes for tests.
struct TestServer: Sendable {
    /// The port of each listening address.
    let ports: [Int]
    let servers: HTTPServers

    var port: Int { ports.first ?? 0 }

    /// A request to the test school, with the fields that every request needs.
    static func get(_ path: String, _ fields: String...) -> String {
        "GET \(path) HTTP/1.1\r\nHost: school.test\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    static func post(_ path: String, _ body: String, _ fields: String...) -> String {
        "POST \(path) HTTP/1.1\r\nHost: school.test\r\nContent-Length: \(body.utf8.count)\r\n"
            + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    /// Runs a server while the closure does, then stops it gracefully.
    static func run(
        _ change: (inout HTTPServerSettings) -> Void = { _ in },
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        metrics: PrometheusMetrics = PrometheusMetrics(),
        isReady: Bool = true,
        routes: (Router<ServerContext>) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        var settings = HTTPServerSettings(addresses: [try ListeningAddress("127.0.0.1:0")])
        settings.threads = 1
        change(&settings)
        let router = ServerRouter.make()
        router.get("hello") { _, _ in "hello" }
        router.post("echo") { request, context in
            ByteBuffer(bytes: try await request.collectBody(limit: 100_000, context))
        }
        router.post("unread") { _, _ in "not read" }
        routes(router)
        let door = FrontDoor(
            router: router,
            settings: settings,
            health: HealthRoutes(settings: settings, metrics: metrics) { isReady },
            limiter: settings.rateLimits.map { RateLimiter(limits: $0) },
            isSchool: { ["school.test", "localhost"].contains($0.name) }
        )
        let servers = try HTTPServers(settings: settings, door: door, metrics: metrics, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [servers], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            guard let ports = await servers.ports() else {
                try await tasks.next()
                return
            }
            try await body(TestServer(ports: ports.map(Int.init), servers: servers))
            await group.triggerGracefulShutdown()
            try await tasks.next()
        }
    }
}

extension HTTPLimits {
    /// Small enough for a test to wait for.
    static var quick: HTTPLimits {
        var limits = HTTPLimits()
        limits.idle = .milliseconds(200)
        limits.header = .milliseconds(200)
        limits.body = .milliseconds(200)
        limits.writeStall = .milliseconds(200)
        limits.linger = .milliseconds(200)
        return limits
    }
}
