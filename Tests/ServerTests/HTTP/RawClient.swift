import NIOCore
import NIOPosix
import NIOSSL

/// Sends bytes over a socket as they are, and reads what comes back.
enum RawClient {
    typealias Wire = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Opens a connection; the closure gets its reader and writer.
    static func connect<Value: Sendable>(
        _ port: Int,
        host: String = "127.0.0.1",
        tls: NIOSSLContext? = nil,
        autoRead: Bool = true,
        _ body: (
            inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
            NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) async throws -> Value
    ) async throws -> Value {
        let wire: Wire = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: autoRead)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try Wire(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await wire.executeThenClose { inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            return try await body(&iterator, outbound)
        }
    }

    /// Sends the parts one after another and gives everything that came until the server closed.
    static func exchange(_ port: Int, _ parts: String..., tls: NIOSSLContext? = nil) async throws -> String {
        try await connect(port, tls: tls) { inbound, outbound in
            for part in parts { try? await outbound.write(ByteBuffer(string: part)) }
            return try await readToEnd(&inbound)
        }
    }

    static func readToEnd(
        _ inbound: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) async throws -> String {
        var text = ""
        do {
            while let part = try await inbound.next() { text += String(buffer: part) }
        } catch is IOError {
            // A reset ends a connection as well as a close does.
        }
        return text
    }

    /// Reads until the text ends so.
    static func read(
        _ inbound: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        through end: String
    ) async throws -> String {
        var text = ""
        while !text.hasSuffix(end), let part = try await inbound.next() { text += String(buffer: part) }
        return text
    }
}

extension String {
    /// The status of the first response in a raw exchange.
    var status: Int? { split(separator: " ").dropFirst().first.flatMap { Int($0) } }

    /// What comes after the first empty line.
    var body: String {
        guard let end = firstRange(of: "\r\n\r\n") else { return "" }
        return String(self[end.upperBound...])
    }

    func firstRange(of text: String) -> Range<Index>? { ranges(of: text).first }

    /// A header field of the first response.
    func field(_ name: String) -> String? {
        guard let end = firstRange(of: "\r\n\r\n") else { return nil }
        for line in self[..<end.lowerBound].split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return String(parts[1].dropFirst())
            }
        }
        return nil
    }
}
