import Domain
import TestKit
import Testing
import Transport

@Suite("A hostile answer", .timeLimit(.minutes(10)))
struct HostileAnswerTests {
    private static let okay = "HTTP/1.1 200 OK\r\n"

    private func get(
        _ reply: LoopbackServer.Reply,
        _ change: (inout TransportConfiguration) -> Void = { _ in }
    ) async throws -> OutboundResponse {
        let server = try LoopbackServer { _ in reply }
        return try await withClient(loopbackConfiguration(change)) { try await $0.send(server.get()) }
    }

    @Test("a body at the limit is taken, one byte more is not (FET-12)")
    func limit() async throws {
        let full = String(repeating: "x", count: 1 << 20)
        #expect(try await get(.response(200, full)).body.count == 1 << 20)
        await #expect(throws: TransferError.tooLarge(limit: 1 << 20)) {
            try await get(.response(200, full + "x"))
        }
    }

    @Test(
        "an endless body is cut, whatever length it says it has (FET-12)",
        arguments: [
            "Transfer-Encoding: chunked\r\n\r\n", "Content-Length: 10737418240\r\n\r\n", "\r\n",
        ]
    )
    func endless(head: String) async throws {
        let chunk =
            head.contains("chunked") ? "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n" : "xxxxxxxx"
        let reply = LoopbackServer.Reply.endless(
            head: Array((Self.okay + head).utf8),
            chunk: Array(String(repeating: chunk, count: 16).utf8)
        )
        await #expect(throws: TransferError.tooLarge(limit: 1 << 20)) { try await get(reply) }
    }

    @Test("a request may set a lower limit; a POST keeps the status and drops the rest (FET-12)")
    func excess() async throws {
        let server = try LoopbackServer { _ in
            .endless(head: Array("HTTP/1.1 202 OK\r\n\r\n".utf8), chunk: Array("0123456789".utf8))
        }
        try await withClient { client in
            var get = try server.get()
            get.maxResponseBody = 100
            await #expect(throws: TransferError.tooLarge(limit: 100)) { try await client.send(get) }
            var post = try server.post("/inbox", "{}")
            post.maxResponseBody = 15
            let response = try await client.send(post)
            #expect(response.status == 202)
            #expect(response.body == Array("012345678901234".utf8))
            #expect(response.isCut)
        }
        await server.closedConnections(2)
    }

    @Test("a body that ends early is no answer to a GET; a POST has been answered (FET-12)")
    func endsEarly() async throws {
        let reply = LoopbackServer.Reply.text(
            "HTTP/1.1 202 OK\r\nContent-Length: 10\r\n\r\nhalf",
            closes: true
        )
        let error = await #expect(throws: TransferError.self) { try await get(reply) }
        guard case .protocolError = error else { throw error ?? .cancelled }
        let server = try LoopbackServer { _ in reply }
        let response = try await withClient { try await $0.send(server.post("/inbox", "{}")) }
        #expect(response.status == 202)
        #expect(response.isCut)
    }

    @Test(
        "nothing is ever inflated, so no bomb goes off: neither content nor transfer codings are undone (FET-13)"
    )
    func unaskedCoding() async throws {
        let bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]
        for coding in ["gzip", "br", "zstd", "gzip, gzip, gzip"] {
            for field in ["Content-Encoding", "Transfer-Encoding"] {
                let head = Self.okay + "\(field): \(coding)\r\nContent-Length: 8\r\n\r\n"
                let response = try await get(.raw(Array(head.utf8) + bytes, closes: true))
                #expect(response.body == bytes)
                #expect(response.field(field) == coding)
            }
        }
    }

    @Test("100 header lines are taken, more are not (FET-14)")
    func headerLines() async throws {
        let lines = { (count: Int) in
            LoopbackServer.Reply.response(200, fields: (0..<count).map { "X-\($0): y" })
        }
        // The status line, Content-Length and the empty line count too.
        #expect(try await get(lines(97)).fields.count == 98)
        await #expect(throws: TransferError.tooManyHeaders) { try await get(lines(98)) }
        await #expect(throws: TransferError.tooManyHeaders) { try await get(lines(100_000)) }
    }

    @Test("a header of 64 KiB is the longest, endless or in one line (FET-14)")
    func headerBytes() async throws {
        let one = { (count: Int) in
            LoopbackServer.Reply.response(200, fields: ["X: " + String(repeating: "y", count: count)])
        }
        #expect(try await get(one(60_000)).field("x")?.utf8.count == 60_000)
        await #expect(throws: TransferError.tooManyHeaders) { try await get(one(66_000)) }
        let error = await #expect(throws: TransferError.self) { try await get(one(1 << 20)) }
        #expect(error?.isTransient == true)
        let endless = LoopbackServer.Reply.endless(
            head: Array((Self.okay + "X: ").utf8),
            chunk: Array("yyyyyyyyyyyy".utf8)
        )
        await #expect(throws: TransferError.self) { try await get(endless) }
    }

    @Test("endless interim responses and endless trailers are counted like one header (FET-14)")
    func endlessInterim() async throws {
        let interim = Array("HTTP/1.1 103 Early\r\n\r\n".utf8)
        await #expect(throws: TransferError.tooManyHeaders) {
            try await get(.endless(head: interim, chunk: interim))
        }
        let head = Array((Self.okay + "Transfer-Encoding: chunked\r\n\r\n0\r\n").utf8)
        await #expect(throws: TransferError.tooManyHeaders) {
            try await get(.endless(head: head, chunk: Array("A: b\r\n".utf8)))
        }
    }

    @Test(
        "what is no HTTP/1.1 response is an error of the host (FET-15)",
        arguments: [
            "hello", "<html></html>", "HTTP/0.9 200 OK\r\n\r\n", "\0\0\u{6}\u{4}\0\0\0\0\0\0",
            "HTTP/1.1 999 Odd\r\n\r\n",
            "HTTP/1.1 2 x\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "",
            "HTTP/2 200\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        ]
    )
    func noHTTP(text: String) async throws {
        let error = await #expect(throws: TransferError.self) { try await get(.text(text, closes: true)) }
        guard case .protocolError = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isHostFault == true)
        #expect(error?.operatorText.isEmpty == false)
    }

    @Test("a connection closed without a byte is an error of the host")
    func closed() async throws {
        let error = await #expect(throws: TransferError.self) { try await get(.close) }
        guard case .protocolError = error else { throw error ?? .cancelled }
    }

    @Test("nobody listening is an error of the host that may pass")
    func nobody() async throws {
        let port = try LoopbackServer().port
        let uri = try URI("http://127.0.0.99:\(port)/")
        let error = await #expect(throws: TransferError.self) {
            try await withClient { try await $0.send(OutboundRequest(method: .get, uri: uri)) }
        }
        guard case .connect = error else { throw error ?? .cancelled }
        #expect(error?.isTransient == true)
        #expect(error?.isHostFault == true)
    }

    @Test("silence ends at the time-out of the exchange, of the request if that is shorter")
    func silence() async throws {
        let error = await #expect(throws: TransferError.self) {
            try await get(.hang) { $0.exchangeTimeout = .milliseconds(50) }
        }
        guard case .timeout = error else { throw error ?? .cancelled }
        let server = try LoopbackServer { _ in .hang }
        let second = await #expect(throws: TransferError.self) {
            try await withClient { client in
                var request = try server.get()
                request.timeout = .milliseconds(50)
                return try await client.send(request)
            }
        }
        guard case .timeout = second else { throw second ?? .cancelled }
    }

    @Test("a body that trickles is given up long before the whole time is over")
    func trickle() async throws {
        let start = ContinuousClock.now
        let half = LoopbackServer.Reply.text(Self.okay + "Content-Length: 10\r\n\r\nhalf")
        let error = await #expect(throws: TransferError.self) {
            try await get(half) { $0.slowTime = .seconds(1) }
        }
        guard case .timeout = error else { throw error ?? .cancelled }
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test("after any of these the same client still works")
    func goesOn() async throws {
        let server = try LoopbackServer { request in
            switch request.target {
            case "/endless":
                .endless(
                    head: Array("HTTP/1.1 200 OK\r\n\r\n".utf8),
                    chunk: [UInt8](repeating: 1, count: 4096)
                )
            case "/junk": .text("junk", closes: true)
            case "/close": .close
            default: .response(200, "fine")
            }
        }
        try await withClient { client in
            for target in ["/endless", "/junk", "/close", "/endless", "/junk"] {
                await #expect(throws: TransferError.self) { try await client.send(server.get(target)) }
                let response = try await client.send(server.get("/fine"))
                #expect(response.body == Array("fine".utf8))
            }
        }
    }
}
