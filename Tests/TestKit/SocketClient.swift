import NIOCore
import NIOPosix

/// The client's end of a WebSocket, byte by byte, so that a test can also send what no client should.
public final class SocketClient {
    /// A frame from the server.
    public struct Frame: Sendable, Equatable {
        /// 1 for text, 8 for the end, 9 for a ping, 10 for its answer.
        public let opcode: UInt8
        /// What is in it.
        public let bytes: [UInt8]

        /// Puts a frame together.
        public init(opcode: UInt8, bytes: [UInt8]) {
            self.opcode = opcode
            self.bytes = bytes
        }

        /// It as text.
        public var text: String { String(decoding: bytes, as: UTF8.self) }
        /// The reason of a frame that ends the connection.
        public var code: Int? {
            opcode == 8 && bytes.count >= 2 ? Int(bytes[0]) << 8 | Int(bytes[1]) : nil
        }
    }

    typealias Wire = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// What the server answered to the handshake, its head.
    public private(set) var head = ""
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var buffer = ByteBuffer()

    /// The handshake of a client that does everything right, but for what is put in the place of a field.
    public static func handshake(
        _ path: String,
        key: String = "dGhlIHNhbXBsZSBub25jZQ==",
        version: String = "13",
        _ fields: String...
    ) -> String {
        "GET \(path) HTTP/1.1\r\nHost: school.test\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: \(version)\r\n"
            + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// Connects and sends a request; the closure goes on from its answer.
    public static func connect<Value: Sendable>(
        _ port: Int,
        _ request: String,
        _ body: (SocketClient) async throws -> Value
    ) async throws -> Value {
        let wire: Wire = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Wire(wrappingChannelSynchronously: channel) }
            }
        return try await wire.executeThenClose { inbound, outbound in
            let client = SocketClient(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            try await client.request(request)
            return try await body(client)
        }
    }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    /// Sends a request as it is, and reads the head of its answer.
    public func request(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
        head = ""
        while !head.hasSuffix("\r\n\r\n"), let byte = try await read(1) {
            head += String(decoding: byte, as: UTF8.self)
        }
    }

    /// Reads so many bytes; nil when the server has closed before.
    public func read(_ count: Int) async throws -> [UInt8]? {
        do {
            while buffer.readableBytes < count {
                guard var more = try await inbound.next() else { return nil }
                buffer.writeBuffer(&more)
            }
        } catch is IOError {
            // A reset ends a connection as well as a close does.
            return nil
        }
        return buffer.readBytes(length: count)
    }

    /// Sends a frame, masked as a client has to.
    public func send(
        _ text: String,
        opcode: UInt8 = 1,
        isLast: Bool = true,
        isMasked: Bool = true
    ) async throws {
        try await send(Array(text.utf8), opcode: opcode, isLast: isLast, isMasked: isMasked)
    }

    /// Sends a frame with any bytes.
    public func send(
        _ bytes: [UInt8],
        opcode: UInt8 = 1,
        isLast: Bool = true,
        isMasked: Bool = true
    ) async throws {
        var frame: [UInt8] = [(isLast ? 0x80 : 0) | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        if bytes.count < 126 {
            frame.append(mask | UInt8(bytes.count))
        } else {
            frame += [mask | 126, UInt8(bytes.count >> 8 & 255), UInt8(bytes.count & 255)]
        }
        let key: [UInt8] = [7, 99, 200, 1]
        if isMasked { frame += key }
        frame += bytes.enumerated().map { isMasked ? $1 ^ key[$0 % 4] : $1 }
        try await outbound.write(ByteBuffer(bytes: frame))
    }

    /// Reads the next frame; nil when the server has closed.
    public func frame() async throws -> Frame? {
        guard let first = try await read(2) else { return nil }
        var length = Int(first[1] & 127)
        if length == 126 {
            guard let more = try await read(2) else { return nil }
            length = Int(more[0]) << 8 | Int(more[1])
        } else if length == 127 {
            guard let more = try await read(8) else { return nil }
            length = more.reduce(0) { $0 << 8 | Int($1) }
        }
        guard first[1] & 0x80 == 0, let bytes = try await read(length) else { return nil }
        return Frame(opcode: first[0] & 15, bytes: bytes)
    }
}
