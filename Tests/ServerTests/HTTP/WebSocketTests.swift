import Hummingbird
import TestKit
import Testing

@testable import Server

@Suite("WebSockets", .timeLimit(.minutes(5)))
struct WebSocketTests {
    /// A server that says each text again.
    private func run(_ body: @escaping @Sendable (TestServer) async throws -> Void) async throws {
        try await TestServer.run(
            routes: { router in
                router.get("echo") { request, context in
                    try context.acceptWebSocket(request, subprotocol: request.headers[.secWebSocketProtocol])
                    {
                        socket in
                        await socket.forEachText { text in
                            if text == "enough" { return socket.close(.refused) }
                            try? await socket.send(text)
                        }
                    }
                }
            },
            body
        )
    }

    @Test("a client that asks as it should gets a WebSocket, also on a connection that has served requests")
    func opens() async throws {
        try await run { server async throws in
            try await SocketClient.connect(server.port, TestServer.get("/hello")) { client in
                #expect(client.head.hasPrefix("HTTP/1.1 200"))
                _ = try await client.read(5)
                try await client.request(SocketClient.handshake("/echo", "Sec-WebSocket-Protocol: token"))
                #expect(client.head.hasPrefix("HTTP/1.1 101"))
                // The example of RFC 6455 section 1.3.
                #expect(client.head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
                #expect(client.head.contains("Sec-WebSocket-Protocol: token\r\n"))
                #expect(!client.head.lowercased().contains("connection: close"))
                for text in ["hello", "héllo", String(repeating: "a", count: 4_000)] {
                    try await client.send(text)
                    #expect(try await client.frame()?.text == text)
                }
                try await client.send("in ", isLast: false)
                try await client.send("here?", opcode: 9)
                try await client.send("parts", opcode: 0)
                #expect(try await client.frame() == .init(opcode: 10, bytes: Array("here?".utf8)))
                #expect(try await client.frame()?.text == "in parts")
                try await client.send("enough")
                #expect(try await client.frame()?.code == 1_008)
                #expect(try await client.frame() == nil)
            }
        }
    }

    @Test("a client that closes is answered")
    func closes() async throws {
        try await run { server async throws in
            try await SocketClient.connect(server.port, SocketClient.handshake("/echo")) { client in
                try await client.send([3, 232], opcode: 8)
                #expect(try await client.frame()?.opcode == 8)
                #expect(try await client.frame() == nil)
            }
        }
    }

    @Test("a request that is not whole gets no WebSocket, and one that asks for none is told to")
    func refuses() async throws {
        try await run { server async throws in
            let wrong = [
                (SocketClient.handshake("/echo", version: "8"), 426),
                (SocketClient.handshake("/echo", key: "short"), 400), (TestServer.get("/echo"), 426),
                (TestServer.get("/echo", "Upgrade: h2c", "Connection: Upgrade"), 426),
            ]
            for (request, status) in wrong {
                try await SocketClient.connect(server.port, request) { client in
                    #expect(client.head.status == status)
                }
            }
        }
    }

    @Test(
        "what a client must not send ends the connection with its reason",
        arguments: [
            ("unmasked", 1_002), ("binary", 1_003), ("continuation", 1_002), ("long", 1_009),
            ("parts", 1_009),
            ("latin", 1_007),
        ]
    )
    func refusesFrames(what: String, code: Int) async throws {
        try await run { server async throws in
            try await SocketClient.connect(server.port, SocketClient.handshake("/echo")) { client in
                let half = String(repeating: "a", count: 3_000)
                switch what {
                case "unmasked": try await client.send("a", isMasked: false)
                case "binary": try await client.send("a", opcode: 2)
                case "continuation": try await client.send("a", opcode: 0)
                case "long": try await client.send(half + half)
                case "parts":
                    try await client.send(half, isLast: false)
                    try await client.send(half, opcode: 0)
                default: try await client.send([0xC3, 0x28])
                }
                #expect(try await client.frame()?.code == code)
                #expect(try await client.frame() == nil)
            }
        }
    }
}
