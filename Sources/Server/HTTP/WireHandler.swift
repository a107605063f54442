import NIOCore

/// Counts the bytes of a connection, between TLS and the HTTP parser, for its guard.
final class WireHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Bytes of response given to the socket or to TLS.
    private(set) var handedDown = 0
    /// Bytes received since the guard last took the count.
    private(set) var received = 0
    /// Whether any byte has been received.
    private(set) var hasReceived = false
    private var onBytes: (() -> Void)?

    /// Calls this before bytes reach the parser.
    func observe(_ onBytes: @escaping () -> Void) {
        self.onBytes = onBytes
    }

    /// Starts the count of received bytes again.
    func resetReceived() {
        received = 0
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received &+= Self.unwrapInboundIn(data).readableBytes
        hasReceived = true
        onBytes?()
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        handedDown &+= Self.unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        onBytes = nil
    }
}
