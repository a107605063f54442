import HTTPTypes
import Hummingbird
import Testing

@testable import Server

@Suite("The front door", .timeLimit(.minutes(10)))
struct FrontDoorTests {
    private struct Secret: Error, CustomStringConvertible {
        var description: String { "the password is rosebud" }
    }

    private static func ask(_ server: TestServer, _ request: String) async throws -> String {
        try await RawClient.exchange(
            server.port,
            request.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n", maxReplacements: 1)
        )
    }

    @Test("an unknown path is a 404 problem document, a known one with another method a 405")
    func missing() async throws {
        try await TestServer.run { server async throws in
            let missing = try await Self.ask(server, TestServer.get("/nothing"))
            #expect(missing.status == 404)
            #expect(missing.field("Content-Type") == "application/problem+json")
            #expect(
                missing.body == """
                    {"type":"about:blank","title":"Not Found","status":404,"reason":"not_found","error":"Not Found"}
                    """
            )
            let method = try await Self.ask(server, TestServer.get("/echo"))
            #expect(method.status == 405)
            #expect(method.field("Allow") == "POST")
            let head = try await Self.ask(server, TestServer.post("/hello", ""))
            #expect(head.status == 405)
            #expect(head.field("Allow") == "GET, HEAD")
            #expect(try await Self.ask(server, TestServer.get("/hello")).status == 200)
        }
    }

    @Test("HEAD has the fields of GET and no body, also for a problem")
    func head() async throws {
        try await TestServer.run { server async throws in
            let request = "HEAD /hello HTTP/1.1\r\nHost: school.test\r\n\r\n"
            let found = try await Self.ask(server, request)
            #expect(found.status == 200)
            #expect(found.field("Content-Length") == "5")
            #expect(found.body.isEmpty)
            let missing = try await Self.ask(server, request.replacing("hello", with: "nothing"))
            #expect(missing.status == 404)
            #expect(missing.body.isEmpty)
        }
    }

    @Test(
        "what a route throws is a 500 that says nothing, and its cause is logged once with the request's id"
    )
    func unexpected() async throws {
        let log = LogRecord()
        try await TestServer.run(
            logger: log.logger,
            routes: { router in
                router.get("broken") { _, _ -> String in throw Secret() }
            }
        ) { server async throws in
            let answer = try await Self.ask(server, TestServer.get("/broken"))
            #expect(answer.status == 500)
            #expect(!answer.contains("rosebud"))
            let id = try #require(answer.field("X-Request-Id"))
            let causes = log.lines.filter { $0.contains("rosebud") }
            #expect(causes.count == 1)
            #expect(causes.first?.contains(id) == true)
        }
    }

    @Test("an error of Hummingbird's own is a problem without its message")
    func hummingbirdError() async throws {
        try await TestServer.run(routes: { router in
            router.get("number/:n") { _, context in "\(try context.parameters.require("n", as: Int.self))" }
            router.get("conflict") { _, _ -> String in throw HTTPError(.conflict, message: "inner words") }
        }) { server async throws in
            let answer = try await Self.ask(server, TestServer.get("/number/x"))
            #expect(answer.status == 400)
            #expect(answer.field("Content-Type") == "application/problem+json")
            #expect(try await Self.ask(server, TestServer.get("/number/5")).body == "5")
            let conflict = try await Self.ask(server, TestServer.get("/conflict"))
            #expect(conflict.status == 409)
            #expect(!conflict.contains("inner words"))
        }
    }

    @Test("a problem carries its reason, detail and Retry-After")
    func problem() async throws {
        try await TestServer.run(routes: { router in
            router.get("busy") { _, _ -> String in
                throw Problem(
                    .serviceUnavailable,
                    reason: "full",
                    detail: "A \"full\"\u{1} disk",
                    retryAfter: 30
                )
            }
        }) { server async throws in
            let answer = try await Self.ask(server, TestServer.get("/busy"))
            #expect(answer.status == 503)
            #expect(answer.field("Retry-After") == "30")
            #expect(answer.body.contains(#""detail":"A \"full\"\u0001 disk","reason":"full""#))
        }
    }

    /// PAR-20.
    @Test(
        "a request that names no school of ours, or names one wrongly, is refused",
        arguments: [
            ("", 400), ("Host: school.test\r\nHost: school.test\r\n", 400),
            ("Host: school.test\r\nhost: other\r\n", 400),
            ("Host: \r\n", 400), ("Host: school.test.\r\n", 400), ("Host: school.test.:80\r\n", 400),
            ("Host: a b\r\n", 400), ("Host: user@school.test\r\n", 400), ("Host: school.test/x\r\n", 400),
            ("Host: other.test\r\n", 421), ("Host: [::1]\r\n", 421), ("Host: 127.0.0.1\r\n", 421),
            ("Host: other.test\r\nX-Forwarded-Host: school.test\r\n", 421),
        ]
    )
    func host(fields: String, status: Int) async throws {
        try await TestServer.run { server async throws in
            let answer = try await Self.ask(server, "GET /hello HTTP/1.1\r\n\(fields)\r\n")
            #expect(answer.status == status, "\(answer)")
            #expect(answer.field("Content-Type") == "application/problem+json")
            let twin = try await Self.ask(server, "GET /hello HTTP/1.1\r\nHost: SCHOOL.test:443\r\n\r\n")
            #expect(twin.status == 200)
        }
    }

    @Test(
        "HTM-12, HTM-14: every response has the security fields, a request id and a date, and never a server name"
    )
    func fields() async throws {
        try await TestServer.run(routes: { router in
            router.get("page") { _, _ in
                Response(status: .ok, headers: [.contentSecurityPolicy: "default-src 'self'"])
            }
        }) { server async throws in
            let answer = try await Self.ask(server, TestServer.get("/hello"))
            #expect(answer.field("X-Content-Type-Options") == "nosniff")
            #expect(answer.field("Referrer-Policy") == "same-origin")
            #expect(answer.field("X-Frame-Options") == "DENY")
            #expect(answer.field("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'")
            #expect(answer.field("Strict-Transport-Security") == nil)
            #expect(answer.field("Date")?.hasSuffix(" GMT") == true)
            #expect(answer.field("X-Request-Id") != nil)
            #expect(answer.field("Server") == nil)
            let page = try await Self.ask(server, TestServer.get("/page"))
            #expect(page.field("Content-Security-Policy") == "default-src 'self'")
        }
    }

    @Test(
        "a body above the limit gets 413, by its Content-Length or while it is read; at the limit it is read"
    )
    func bodyLimit() async throws {
        try await TestServer.run { server async throws in
            let declared = "POST /echo HTTP/1.1\r\nHost: school.test\r\nContent-Length: 100001\r\n\r\n"
            #expect(try await RawClient.exchange(server.port, declared).status == 413)
            let chunk = "186a0\r\n" + String(repeating: "a", count: 100_000) + "\r\n"
            let chunked = "POST /echo HTTP/1.1\r\nHost: school.test\r\nTransfer-Encoding: chunked\r\n\r\n"
            #expect(try await Self.ask(server, chunked + chunk + "1\r\nb\r\n0\r\n\r\n").status == 413)
            let fitting = try await Self.ask(server, chunked + chunk + "0\r\n\r\n")
            #expect(fitting.body.utf8.count == 100_000)
            let whole = String(repeating: "b", count: 100_000)
            #expect(try await Self.ask(server, TestServer.post("/echo", whole)).body == whole)
        }
    }

    @Test(
        "a body that breaks off never reaches a route's work",
        arguments: ["Content-Length: 6\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"]
    )
    func brokenBody(rest: String) async throws {
        let (outcomes, signal) = AsyncStream.makeStream(of: String.self)
        try await TestServer.run(routes: { router in
            router.post("work") { request, context -> String in
                do {
                    let body = try await request.collectBody(limit: 100, context)
                    signal.yield("read \(body.count)")
                } catch let problem as Problem {
                    signal.yield(problem.reason)
                    throw problem
                }
                return "done"
            }
        }) { server async throws in
            let answer = try await RawClient.connect(server.port) { inbound, outbound in
                try await outbound.write("POST /work HTTP/1.1\r\nHost: school.test\r\n\(rest)".buffer)
                outbound.finish()
                return try await RawClient.readToEnd(&inbound)
            }
            #expect(answer.status == 400)
            var outcome = outcomes.makeAsyncIterator()
            #expect(await outcome.next() == "broken_body")
        }
    }

    @Test("a client above its rate gets 429 and Retry-After; without limits nobody does")
    func rate() async throws {
        let twice = Array(repeating: TestServer.get("/hello"), count: 2).joined()
        try await TestServer.run {
            $0.rateLimits?.address = TokenRate(perSecond: 0.01, burst: 2)
        } _: { server async throws in
            let answer = try await RawClient.exchange(
                server.port,
                twice + TestServer.get("/hello", "Connection: close")
            )
            #expect(answer.ranges(of: "HTTP/1.1 200").count == 2)
            #expect(answer.ranges(of: "HTTP/1.1 429").count == 1)
            #expect(answer.contains("Retry-After: 100\r\n"))
            #expect(try await Self.ask(server, TestServer.get("/livez")).status == 200)
        }
        try await TestServer.run {
            $0.rateLimits = nil
        } _: { server async throws in
            let answer = try await RawClient.exchange(
                server.port,
                twice + TestServer.get("/hello", "Connection: close")
            )
            #expect(answer.ranges(of: "HTTP/1.1 200").count == 3)
        }
    }

    @Test("the access log has the path without its query, and no field of the request")
    func accessLog() async throws {
        let log = LogRecord()
        try await TestServer.run(logger: log.logger) { server async throws in
            _ = try await Self.ask(
                server,
                TestServer.get("/hello?token=rosebud", "Authorization: Bearer rosebud")
            )
        }
        let line = try #require(log.lines.first { $0.contains("/hello") })
        #expect(line.contains("status=200") && line.contains("bytes=5") && line.contains("client=127.0.0.1"))
        #expect(!log.lines.contains { $0.contains("rosebud") })
    }
}
