import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Makes a WebSocket of a connection whose request a route has accepted.
///
/// NIO's own upgrade handlers decide by a connection's first request, before any route, and leave the pipeline after
/// it. Here every request of a connection may ask, routes decide, and the front door has looked at all of them.
enum WebSocketSwitch {
    /// The connection is not where a request for a WebSocket leaves it: it has a body, or others wait behind it.
    struct Unfit: Error {}

    /// Sends the answer, and puts frames in the place of HTTP.
    ///
    /// What is left of HTTP in the pipeline sees nothing any more but the end of the connection.
    ///
    /// - Throws: `Unfit`, `ChannelError`.
    static func perform(on channel: any Channel, _ fields: HTTPFields) async throws -> WebSocket {
        var head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols)
        for field in fields { head.headers.add(name: field.name.rawName, value: field.value) }
        let answer = head
        let (texts, incoming) = AsyncStream.makeStream(
            of: String.self,
            bufferingPolicy: .bufferingOldest(WebSocket.waiting)
        )
        return try await channel.eventLoop.flatSubmit {
            do {
                return try replace(on: channel, answer, texts, incoming)
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }.get()
    }

    private static func replace(
        on channel: any Channel,
        _ answer: HTTPResponseHead,
        _ texts: AsyncStream<String>,
        _ incoming: AsyncStream<String>.Continuation
    ) throws -> EventLoopFuture<WebSocket> {
        let pipeline = channel.pipeline.syncOperations
        let guarding = try pipeline.handler(type: ConnectionGuard.self)
        let wire = try pipeline.handler(type: WireHandler.self)
        let encoder = try pipeline.handler(type: HTTPResponseEncoder.self)
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        guard guarding.isFitForSwitch else { throw Unfit() }
        let context = try pipeline.context(handler: guarding)
        context.writeAndFlush(ConnectionGuard.wrapOutboundOut(.head(answer)), promise: nil)
        wire.observe {}
        pipeline.removeHandler(guarding, promise: nil)
        pipeline.removeHandler(encoder, promise: nil)
        // The last one goes a moment later; a client sends nothing before it has the answer.
        let removed = channel.eventLoop.makePromise(of: Void.self)
        pipeline.removeHandler(decoder, promise: removed)
        return removed.futureResult.assumeIsolated().flatMapThrowing {
            let handler = WebSocketHandler(incoming)
            let frames: [any ChannelHandler] = [
                WebSocketFrameEncoder(),
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: WebSocket.longestText)), handler,
            ]
            try pipeline.addHandlers(frames, position: .after(wire))
            return WebSocket(channel: channel, handler: handler, texts: texts)
        }.nonisolated()
    }
}

extension ConnectionGuard {
    /// Whether exactly one request is under way, has come whole, and has no response yet.
    var isFitForSwitch: Bool {
        outstanding == 1 && !isResponding && !isClosing && pendingRefusal == nil && clock.phase == .response
    }
}

extension ConnectionGuard: RemovableChannelHandler {}
