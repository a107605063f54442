import NIOCore
import Testing

@testable import Server

/// PAR-11, each refusal beside a twin that passes.
@Suite("HTTP framing", .timeLimit(.minutes(10)))
struct FramingTests {
    private static let start = "POST /echo HTTP/1.1\r\nHost: school.test\r\n"

    @Test(
        "a request whose framing is ambiguous is refused and its connection closed",
        arguments: [
            (
                "Content-Length and Transfer-Encoding",
                "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            (
                "Transfer-Encoding, then Content-Length",
                "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
            ),
            (
                "two Transfer-Encodings",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
            ),
            ("an unknown Transfer-Encoding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
            ("chunked that is not last", "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
            ("two Content-Lengths", "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
            ("two equal Content-Lengths", "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
            ("a Content-Length list", "Content-Length: 3, 3\r\n\r\nabc"),
            ("a Content-Length with a sign", "Content-Length: +3\r\n\r\nabc"),
            ("a negative Content-Length", "Content-Length: -3\r\n\r\nabc"),
            ("a Content-Length above 2^64", "Content-Length: 18446744073709551619\r\n\r\nabc"),
            ("a hexadecimal Content-Length", "Content-Length: 0x3\r\n\r\nabc"),
            ("a bare LF after a field", "Content-Length: 3\nX: y\r\n\r\nabc"),
            ("a bare LF at the end of the header", "Content-Length: 3\r\n\nabc"),
            ("a bare CR in a field", "X: a\rb\r\nContent-Length: 3\r\n\r\nabc"),
            ("a folded field", "X: a\r\n b\r\nContent-Length: 3\r\n\r\nabc"),
            ("a space before the colon", "Content-Length : 3\r\n\r\nabc"),
            ("a field without a name", ": x\r\nContent-Length: 3\r\n\r\nabc"),
            ("a NUL in a field", "X: a\u{0}b\r\nContent-Length: 3\r\n\r\nabc"),
            ("a bare LF in a chunk", "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"),
            ("a bare LF after a chunk extension", "Transfer-Encoding: chunked\r\n\r\n3;x\nabc\r\n0\r\n\r\n"),
            ("a chunk size with a sign", "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n"),
            (
                "a chunk size above 2^64",
                "Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n"
            ),
            ("a chunk longer than its size", "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"),
            ("an expectation that nobody knows", "Expect: magic\r\nContent-Length: 3\r\n\r\nabc"),
        ]
    )
    func ambiguous(name: String, rest: String) async throws {
        try await TestServer.run { server async throws in
            let answer = try await RawClient.exchange(
                server.port,
                Self.start + rest + TestServer.get("/hello", "Connection: close")
            )
            #expect(answer.status == (rest.hasPrefix("Expect") ? 417 : 400), "\(name): \(answer)")
            #expect(answer.field("Connection") == "close")
            #expect(answer.field("Content-Type") == "application/problem+json")
            #expect(!answer.contains("hello"), "what follows must not be read as a request")
        }
    }

    @Test(
        "the well-formed twin is answered",
        arguments: [
            "Content-Length: 3\r\n\r\nabc",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\nTrailer: z\r\n\r\n",
            "X: a b\r\nContent-Length: 3\r\n\r\nabc",
            "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        ]
    )
    func wellFormed(rest: String) async throws {
        try await TestServer.run { server async throws in
            let answer = try await RawClient.exchange(
                server.port,
                Self.start + rest + TestServer.get("/hello", "Connection: close")
            )
            #expect(answer.status == (rest.hasPrefix("Expect") ? 100 : 200), "\(answer)")
            #expect(answer.contains("\r\n\r\nabc"))
            #expect(answer.hasSuffix("\r\n\r\nhello"))
        }
    }

    @Test(
        "a request line that is not ours to serve is refused",
        arguments: [
            ("GET http://school.test/hello HTTP/1.1", 400), ("GET * HTTP/1.1", 400),
            ("GET hello HTTP/1.1", 400),
            ("CONNECT school.test:443 HTTP/1.1", 400), ("GET /hel#lo HTTP/1.1", 400),
            ("GET /h\u{e9}llo HTTP/1.1", 400), ("GET /hello HTTP/2.0", 505), ("GET /hello HTTP/0.9", 505),
            ("GET /hello HTTP/1.9", 505), ("G\u{0}T /hello HTTP/1.1", 400),
            ("NOSUCH /hello HTTP/1.1", 400), ("PRI * HTTP/2.0", 505),
            ("GET /\(String(repeating: "a", count: 8 * 1024)) HTTP/1.1", 414),
        ]
    )
    func requestLine(line: String, status: Int) async throws {
        try await TestServer.run { server async throws in
            let answer = try await RawClient.exchange(server.port, line + "\r\nHost: school.test\r\n\r\n")
            #expect(answer.status == status, "\(answer)")
            #expect(answer.field("Connection") == "close")
            let twin = "GET /hello HTTP/1.1\r\nHost: school.test\r\nConnection: close\r\n\r\n"
            #expect(try await RawClient.exchange(server.port, twin).status == 200)
        }
    }

    @Test("too many header bytes or fields are refused, as many as allowed are not")
    func headerSize() async throws {
        try await TestServer.run { server async throws in
            let long = "X: " + String(repeating: "a", count: 16 * 1024)
            let many = (0..<101).map { "X\($0): a\r\n" }.joined()
            for fields in [long, many, String(repeating: long + "\r\n", count: 60)] {
                let answer = try await RawClient.exchange(server.port, TestServer.get("/hello", fields))
                #expect(answer.status == 431, "\(answer)")
            }
            let fitting = "X: " + String(repeating: "a", count: 15 * 1024)
            let some = (0..<90).map { "X\($0): a" }.joined(separator: "\r\n")
            for fields in [fitting, some] {
                let request = TestServer.get("/hello", fields, "Connection: close")
                #expect(try await RawClient.exchange(server.port, request).status == 200)
            }
        }
    }

    @Test("a header without an end is refused when it is too long, not kept")
    func endlessHeader() async throws {
        try await TestServer.run { server async throws in
            let start = "GET /hello HTTP/1.1\r\nX: "
            let answer = try await RawClient.exchange(
                server.port,
                start,
                String(repeating: "a", count: 32 * 1024)
            )
            #expect(answer.status == 431)
        }
    }

    @Test("a chunked body that is mostly chunk extensions is refused")
    func chunkExtensions() async throws {
        try await TestServer.run { server async throws in
            let chunk = "1;" + String(repeating: "x", count: 4000) + "\r\na\r\n"
            let answer = try await RawClient.exchange(
                server.port,
                Self.start + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 50)
                    + "0\r\n\r\n"
            )
            #expect(answer.status == 400)
        }
    }

    @Test("an error in a pipeline is answered after the requests before it")
    func pipelinedError() async throws {
        try await TestServer.run { server async throws in
            let answer = try await RawClient.exchange(
                server.port,
                TestServer.get("/hello") + TestServer.get("/hello") + "GARBAGE\r\n\r\n"
            )
            #expect(answer.ranges(of: "HTTP/1.1 200 OK").count == 2)
            #expect(answer.ranges(of: "HTTP/1.1 400 Bad Request").count == 1)
        }
    }

    @Test("HTTP/1.0 is answered and closed, or kept open when it asks")
    func oldVersion() async throws {
        try await TestServer.run { server async throws in
            let old = "GET /hello HTTP/1.0\r\nHost: school.test\r\n"
            let closed = try await RawClient.exchange(server.port, old + "\r\n")
            #expect(closed.status == 200)
            #expect(closed.field("Connection") == "close")
            let kept = try await RawClient.connect(server.port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: old + "Connection: keep-alive\r\n\r\n"))
                let first = try await RawClient.read(&inbound, through: "hello")
                try await outbound.write(ByteBuffer(string: old + "\r\n"))
                return first + (try await RawClient.readToEnd(&inbound))
            }
            #expect(kept.field("Connection") == "keep-alive")
            #expect(kept.ranges(of: "HTTP/1.1 200 OK").count == 2)
        }
    }

    @Test("a request to upgrade is answered in HTTP/1.1 and closed")
    func upgrade() async throws {
        try await TestServer.run { server async throws in
            let answer = try await RawClient.exchange(
                server.port,
                TestServer.get("/hello", "Connection: Upgrade", "Upgrade: h2c")
            )
            #expect(answer.status == 200)
            #expect(answer.field("Connection") == "close")
        }
    }
}
