import CoreMetrics
import Hummingbird
import Testing

@testable import Server

@Suite("Health and metrics", .timeLimit(.minutes(10)))
struct HealthTests {
    private static func ask(_ port: Int, _ path: String, _ fields: String = "") async throws -> String {
        try await RawClient.exchange(
            port,
            "GET \(path) HTTP/1.1\r\nHost: 10.0.0.1\r\n\(fields)Connection: close\r\n\r\n"
        )
    }

    @Test("the process is live whatever host is asked for, and ready when its check says so")
    func health() async throws {
        try await TestServer.run { server async throws in
            #expect(try await Self.ask(server.port, "/livez").body == "ok\n")
            #expect(try await Self.ask(server.port, "/readyz").status == 200)
        }
        try await TestServer.run(isReady: false) { server async throws in
            #expect(try await Self.ask(server.port, "/livez").status == 200)
            let answer = try await Self.ask(server.port, "/readyz")
            #expect(answer.status == 503)
            #expect(answer.field("Retry-After") == "5")
        }
    }

    @Test("metrics count requests by route, not by path")
    func metrics() async throws {
        try await TestServer.run(routes: { router in
            router.get("people/:name") { _, _ in "someone" }
        }) { server async throws in
            for name in ["ada", "ben"] {
                _ = try await RawClient.exchange(
                    server.port,
                    TestServer.get("/people/\(name)", "Connection: close")
                )
            }
            let text = try await Self.ask(server.port, "/metrics")
            #expect(
                text.contains(
                    #"http_server_requests_total{method="GET",route="/people/{name}",status="200"} 2"#
                ),
                "\(text)"
            )
            #expect(
                text.contains(#"http_server_request_seconds_count{method="GET",route="/people/{name}"} 2"#)
            )
            #expect(text.contains("# TYPE http_server_connections gauge"))
            #expect(!text.contains("people/ada"))
        }
    }

    @Test("metrics are not there for those behind a proxy, even on this machine")
    func strangers() async throws {
        let trusting = { (settings: inout HTTPServerSettings) in
            settings.trustedProxies = settings.metricsReaders
        }
        try await TestServer.run(trusting) { server async throws in
            for fields in ["", "X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-For: 203.0.113.9\r\n"] {
                #expect(try await Self.ask(server.port, "/metrics", fields).status == 404)
            }
        }
        try await TestServer.run {
            $0.metricsReaders = []
        } _: { server async throws in
            #expect(try await Self.ask(server.port, "/metrics").status == 404)
        }
    }

    @Test("an admin address serves health and metrics, and nothing else")
    func admin() async throws {
        let settings = { (settings: inout HTTPServerSettings) in
            guard let admin = try? ListeningAddress("127.0.0.1:0", role: .admin) else { return }
            settings.addresses.append(admin)
            settings.metricsReaders = []
        }
        try await TestServer.run(settings) { server async throws in
            let admin = try #require(server.ports.last)
            #expect(try await Self.ask(admin, "/metrics").status == 200)
            #expect(try await Self.ask(admin, "/livez").status == 200)
            #expect(
                try await RawClient.exchange(admin, TestServer.get("/hello", "Connection: close")).status
                    == 404
            )
            #expect(
                try await RawClient.exchange(server.port, TestServer.get("/hello", "Connection: close"))
                    .status == 200
            )
        }
    }
}
