import Domain
import TestKit
import Testing
import Transport

@Suite("An exchange", .timeLimit(.minutes(10)))
struct ExchangeTests {
    @Test("a GET brings status, fields and body")
    func get() async throws {
        let server = try LoopbackServer { _ in
            .response(
                200,
                "hello",
                fields: ["Content-Type: application/activity+json", "X-Two: a", "x-two:  b \t"]
            )
        }
        let response = try await withClient { try await $0.send(server.get("/ap/actor?x=1")) }
        #expect(response.status == 200)
        #expect(response.body == Array("hello".utf8))
        #expect(response.field("content-type") == "application/activity+json")
        #expect(response.values("X-TWO") == ["a", "b"])
        #expect(response.field("X-Three") == nil)
        let request = try #require(server.requests.first)
        #expect(request.method == "GET")
        #expect(request.target == "/ap/actor?x=1")
        #expect(request.field("Host") == "127.0.0.1:\(server.port)")
        #expect(request.field("User-Agent") == "Staffroom-Test/1")
        #expect(request.field("Accept-Encoding") == "identity")
    }

    @Test("a POST sends its body and its fields byte for byte, also one longer than libcurl's buffer")
    func post() async throws {
        let server = try LoopbackServer { _ in .response(202) }
        let body = String(repeating: "0123456789", count: 200_000)
        try await withClient { client in
            var request = try server.post("/inbox", body)
            request.fields = [
                ("Content-Type", "application/activity+json"), ("Signature", "keyId=\"a\",x=\"b\""),
                ("X-Empty", ""),
                ("Host", "evil.example"),
            ]
            #expect(try await client.send(request).status == 202)
        }
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.body == Array(body.utf8))
        #expect(request.field("Content-Type") == "application/activity+json")
        #expect(request.field("Signature") == "keyId=\"a\",x=\"b\"")
        #expect(request.field("X-Empty")?.isEmpty == true)
        #expect(
            request.fields.filter { $0.name.lowercased() == "host" }.map(\.value) == [
                "127.0.0.1:\(server.port)"
            ]
        )
        #expect(request.field("Expect") == nil)
        #expect(request.field("Transfer-Encoding") == nil)
    }

    @Test("an empty POST says that its body is empty, and declares no type")
    func emptyPost() async throws {
        let server = try LoopbackServer()
        _ = try await withClient { try await $0.send(server.post("", "")) }
        #expect(server.requests.first?.field("Content-Length") == "0")
        #expect(server.requests.first?.field("Content-Type") == nil)
    }

    @Test("the target is sent as it is written, dot segments and escapes included")
    func exactTarget() async throws {
        let server = try LoopbackServer()
        let targets = ["/a/../b/./c//d", "/%7Eben/%2e%2E/x?y=/../z&q=[1]", "/@ben", "/?", "/a:b@c"]
        try await withClient { client in
            for target in targets { _ = try await client.send(server.get(target + "#fragment")) }
        }
        #expect(server.requests.map(\.target) == targets)
    }

    @Test(
        "every status is an answer, and a redirect is not followed (FET-17)",
        arguments: [
            200, 202, 204, 301, 302, 303, 307, 308, 400, 401, 404, 410, 429, 500, 503, 599,
        ]
    )
    func statuses(status: Int) async throws {
        let server = try LoopbackServer { _ in
            status == 204
                ? .text("HTTP/1.1 204 No\r\n\r\n")
                : .response(status, fields: ["Location: /elsewhere", "Retry-After: 7"])
        }
        try await withClient { client in
            for request in [try server.get(), try server.post("/inbox", "{}")] {
                let response = try await client.send(request)
                #expect(response.status == status)
            }
        }
        #expect(server.requests.map(\.target) == ["/", "/inbox"])
    }

    @Test("cookies are not kept, credentials not sent, whatever is asked for (FET-18)")
    func noMemory() async throws {
        let server = try LoopbackServer { _ in
            .response(
                401,
                fields: [
                    "Set-Cookie: a=b; Path=/", "WWW-Authenticate: Basic realm=x", "WWW-Authenticate: NTLM",
                ]
            )
        }
        try await withClient { client in
            for _ in 0..<2 { _ = try await client.send(server.get()) }
        }
        #expect(server.requests.count == 2)
        for request in server.requests {
            #expect(request.field("Cookie") == nil)
            #expect(request.field("Authorization") == nil)
        }
    }

    @Test("a field that would break the request apart is refused, and so is one that is ours to write")
    func badFields() async throws {
        let server = try LoopbackServer()
        try await withClient { client in
            let bad = [
                ("A", "b\r\nC: d"), ("A\r\nB", "c"), ("A:B", "c"), ("", "a"), ("A", "b\0"), ("A b", "c"),
                ("Ä", "b"),
                ("Content-Length", "5"), ("transfer-encoding", "chunked"), ("Connection", "close"),
            ]
            for field in bad {
                var request = try server.get()
                request.fields = [field]
                await #expect(throws: TransferError.self) { try await client.send(request) }
            }
            var good = try server.get()
            good.fields = [("A", "b: c\td; ü")]
            _ = try await client.send(good)
        }
        #expect(server.requests.count == 1)
        #expect(server.requests.first?.field("a") == "b: c\td; ü")
    }

    @Test("a kept connection is used again, for the same host and no other")
    func reuse() async throws {
        let server = try LoopbackServer()
        try await withClient { client in
            for _ in 0..<3 { _ = try await client.send(server.get(host: "a.localhost")) }
            _ = try await client.send(server.get(host: "b.localhost"))
            _ = try await client.send(server.post("/", "x", host: "a.localhost"))
        }
        #expect(server.requests.map(\.connection) == [1, 1, 1, 2, 1])
    }

    @Test("a POST goes out again on a new connection when the kept one was closed before it")
    func closedWhileIdle() async throws {
        let server = try LoopbackServer()
        try await withClient { client in
            _ = try await client.send(server.get())
            server.closeIdleConnections()
            await server.closedConnections(1)
            #expect(try await client.send(server.post("/", "again")).status == 200)
        }
        #expect(server.requests.map(\.connection) == [1, 2])
        #expect(server.requests.last?.body == Array("again".utf8))
    }

    @Test("interim responses are passed over, and only the last one's fields count")
    func interim() async throws {
        let server = try LoopbackServer { _ in
            .text(
                "HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n"
                    + "2\r\nhi\r\n0\r\nTrailer-Field: t\r\n\r\n"
            )
        }
        let response = try await withClient { try await $0.send(server.get()) }
        #expect(response.body == Array("hi".utf8))
        #expect(response.field("a") == "b")
        #expect(response.field("Link") == nil)
        #expect(response.field("Trailer-Field") == nil)
    }
}
