import Hummingbird
import NIOCore
import Testing

@testable import Server

/// RES-04 and RES-06: what a slow, greedy or silent client gets.
@Suite("Slow and greedy clients", .timeLimit(.minutes(10)))
struct SlowClientTests {
    /// Returns when the server's one thread has answered somebody else: it has seen all that was sent before.
    private func turn(of server: TestServer) async throws {
        _ = try await RawClient.exchange(server.port, TestServer.get("/hello", "Connection: close"))
    }

    private static func quick(_ settings: inout HTTPServerSettings) { settings.limits = .quick }

    @Test("a connection that sends nothing is closed")
    func silent() async throws {
        try await TestServer.run(Self.quick) { server async throws in
            let answer = try await RawClient.exchange(server.port)
            #expect(answer.isEmpty)
        }
    }

    @Test("a header that is not complete in time gets 408")
    func slowHeader() async throws {
        try await TestServer.run(Self.quick) { server async throws in
            let answer = try await RawClient.exchange(server.port, "GET /hello HTTP/1.1\r\nHost: scho")
            #expect(answer.status == 408)
            #expect(answer.field("Connection") == "close")
        }
    }

    @Test("a header that drips in does not move its deadline")
    func drippingHeader() async throws {
        try await TestServer.run(Self.quick) { server async throws in
            let answer = try await RawClient.connect(server.port) { inbound, outbound in
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask {
                        try await outbound.write(ByteBuffer(string: "GET /hello HTTP/1.1\r\nX: "))
                        while !Task.isCancelled {
                            try? await outbound.write(ByteBuffer(string: "a"))
                            try await turn(of: server)
                        }
                    }
                    defer { tasks.cancelAll() }
                    return try await RawClient.readToEnd(&inbound)
                }
            }
            #expect(answer.status == 408)
        }
    }

    @Test("a body that is not complete in time gets 408, however steadily it comes")
    func slowBody() async throws {
        try await TestServer.run(Self.quick) { server async throws in
            let answer = try await RawClient.connect(server.port) { inbound, outbound in
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask {
                        let head = "POST /echo HTTP/1.1\r\nHost: school.test\r\nContent-Length: 90000\r\n\r\n"
                        try await outbound.write(ByteBuffer(string: head))
                        while !Task.isCancelled {
                            try? await outbound.write(ByteBuffer(string: "a"))
                            try await turn(of: server)
                        }
                    }
                    defer { tasks.cancelAll() }
                    return try await RawClient.readToEnd(&inbound)
                }
            }
            #expect(answer.status == 408)
            #expect(answer.field("Content-Type") == "application/problem+json")
        }
    }

    @Test("an idle connection is closed without a word after its response")
    func idle() async throws {
        try await TestServer.run(Self.quick) { server async throws in
            let answer = try await RawClient.exchange(server.port, TestServer.get("/hello"))
            #expect(answer.status == 200)
            #expect(answer.body == "hello")
        }
    }

    @Test("a response that takes longer than every limit is not cut off, for the client is not to blame")
    func slowRoute() async throws {
        let (entries, entry) = AsyncStream.makeStream(of: Void.self)
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        try await TestServer.run(Self.quick) { router in
            router.get("slow") { _, _ in
                entry.yield()
                for await _ in permits { break }
                return "done"
            }
        } _: { server async throws in
            async let answer = RawClient.exchange(
                server.port,
                TestServer.get("/slow", "Connection: close")
            )
            for await _ in entries { break }
            // These begin after the slow one, and end at their limits one after another.
            for _ in 1...2 {
                let header = try await RawClient.exchange(server.port, "GET /hello HTTP/1.1\r\nHost: scho")
                #expect(header.status == 408)
                let idle = try await RawClient.exchange(server.port, TestServer.get("/hello"))
                #expect(idle.status == 200)
            }
            permit.yield()
            #expect(try await answer.body == "done")
        }
    }

    @Test("a client that does not take its response is disconnected")
    func stalledWrite() async throws {
        let (ends, signal) = AsyncStream.makeStream(of: Void.self)
        try await TestServer.run(Self.quick) { router in
            router.get("large") { _, _ in
                Response(
                    status: .ok,
                    body: ResponseBody { writer in
                        defer { signal.yield() }
                        let part = ByteBuffer(repeating: 0x61, count: 1 << 20)
                        for _ in 0..<256 { try await writer.write(part) }
                        try await writer.finish(nil)
                    }
                )
            }
        } _: { server async throws in
            try await RawClient.connect(server.port, autoRead: false) { _, outbound in
                try await outbound.write(ByteBuffer(string: TestServer.get("/large")))
                var ended = ends.makeAsyncIterator()
                await ended.next()
            }
        }
    }

    @Test("a client that takes its large response slowly but steadily gets all of it")
    func largeResponse() async throws {
        try await TestServer.run(Self.quick) { router in
            router.get("large") { _, _ in ByteBuffer(repeating: 0x61, count: 8 << 20) }
        } _: { server async throws in
            let answer = try await RawClient.exchange(
                server.port,
                TestServer.get("/large", "Connection: close")
            )
            #expect(answer.body.utf8.count == 8 << 20)
        }
    }

    @Test("a large body that nobody reads closes the connection, a small one does not")
    func unreadBody() async throws {
        try await TestServer.run { server async throws in
            let small = TestServer.post("/unread", String(repeating: "a", count: 10_000))
            let kept = try await RawClient.exchange(
                server.port,
                small + TestServer.get("/hello", "Connection: close")
            )
            #expect(kept.ranges(of: "HTTP/1.1 200 OK").count == 2)
            let head = "POST /unread HTTP/1.1\r\nHost: school.test\r\nContent-Length: 100000000\r\n\r\n"
            let closed = try await RawClient.exchange(
                server.port,
                head,
                String(repeating: "a", count: 1 << 20)
            )
            #expect(closed.status == 200)
            #expect(closed.field("Connection") == "close")
        }
    }

    @Test("accepting pauses while there are as many connections as allowed, and goes on when one leaves")
    func connectionLimit() async throws {
        try await TestServer.run {
            $0.limits.connections = 1
        } _: { server async throws in
            let first = try await RawClient.connect(server.port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: TestServer.get("/hello")))
                let first = try await RawClient.read(&inbound, through: "hello")
                // The kernel takes the second connection; the server does not, until the first has gone.
                async let second = RawClient.exchange(
                    server.port,
                    TestServer.get("/hello", "Connection: close")
                )
                try await outbound.write(ByteBuffer(string: TestServer.get("/hello", "Connection: close")))
                _ = try await RawClient.readToEnd(&inbound)
                outbound.finish()
                return try await (first, second)
            }
            #expect(first.0.status == 200)
            #expect(first.1.status == 200)
        }
    }

    @Test("no more clients are let in than there are files for them")
    func openFiles() {
        #expect(OpenFiles.room(forClients: 4096, files: 1 << 20) == 4096)
        #expect(OpenFiles.room(forClients: 4096, files: 1024) == 512)
        #expect(OpenFiles.room(forClients: 4096, files: 64) == 32)
        #expect(OpenFiles.room(forClients: 10, files: 1024) == 10)
        #expect(OpenFiles.makeRoom(forClients: 100) == 100)
    }

    @Test("a client with too many connections is closed, and may come again when one of them has gone")
    func connectionsPerClient() async throws {
        try await TestServer.run {
            $0.limits.connectionsPerClient = 1
        } _: { server async throws in
            try await RawClient.connect(server.port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: TestServer.get("/hello")))
                _ = try await RawClient.read(&inbound, through: "hello")
                #expect(try await RawClient.exchange(server.port, TestServer.get("/hello")).isEmpty)
                try await outbound.write(ByteBuffer(string: TestServer.get("/hello", "Connection: close")))
                _ = try await RawClient.readToEnd(&inbound)
            }
            var answer = ""
            // The server may learn of the end of the first connection after we do.
            while answer.isEmpty {
                answer = try await RawClient.exchange(
                    server.port,
                    TestServer.get("/hello", "Connection: close")
                )
            }
            #expect(answer.status == 200)
        }
    }
}
