import NIOCore
import NIOWebSocket

/// One end of a WebSocket, on its connection's event loop only.
///
/// Frames that are not masked, texts that are no UTF-8, binary messages and long ones are refused, each with its code.
///
/// Spec: RFC 6455.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// How long a client may give no sign of life.
    ///
    /// It is pinged at shorter intervals by whoever sends.
    private static let patience = TimeAmount.seconds(90)

    private let incoming: AsyncStream<String>.Continuation
    private var context: ChannelHandlerContext?
    private var lastHeard = NIODeadline.now()
    /// What has come of a message in several frames.
    private var partial: ByteBuffer?
    private var isClosing = false

    init(_ incoming: AsyncStream<String>.Continuation) {
        self.incoming = incoming
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        incoming.finish()
    }

    func channelInactive(context: ChannelHandlerContext) {
        incoming.finish()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        guard !isClosing else { return }
        lastHeard = .now()
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return close(.protocolError)
        }
        let content = frame.unmaskedData
        switch frame.opcode {
        case .text where partial == nil, .continuation where partial != nil:
            take(content, isLast: frame.fin)
        case .ping: write(.pong, content)
        case .pong: break
        case .connectionClose: answer(content)
        case .binary: close(.unacceptableData)
        default: close(.protocolError)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength?: close(.messageTooLarge)
        case .some: close(.protocolError)
        case nil: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that has closed its half hears nothing either.
        if case .some(.inputClosed) = event as? ChannelEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Sends a text; the promise is kept when the network has taken it.
    func send(_ text: String, _ promise: EventLoopPromise<Void>) {
        guard let context, !isClosing else { return promise.fail(ChannelError.ioOnClosedChannel) }
        write(.text, context.channel.allocator.buffer(string: text), promise)
    }

    /// Pings, or closes when too long nothing has been heard.
    func ping() {
        guard let context, !isClosing else { return }
        guard .now() - lastHeard < Self.patience else { return context.close(promise: nil) }
        write(.ping, context.channel.allocator.buffer(capacity: 0))
    }

    /// Says why and closes.
    ///
    /// Without waiting for the answer: what the client still sends is of no interest.
    func close(_ code: WebSocketErrorCode) {
        guard let context, !isClosing else { return }
        isClosing = true
        incoming.finish()
        var data = context.channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: code)
        write(.connectionClose, data)
        // Not after the write: a client that reads nothing would keep the connection.
        context.close(promise: nil)
    }

    private func answer(_ content: ByteBuffer) {
        guard let context else { return }
        isClosing = true
        incoming.finish()
        write(
            .connectionClose,
            content.getSlice(at: content.readerIndex, length: min(2, content.readableBytes)) ?? content
        )
        context.close(promise: nil)
    }

    private func take(_ content: ByteBuffer, isLast: Bool) {
        var message = partial ?? ByteBuffer()
        message.writeImmutableBuffer(content)
        guard message.readableBytes <= WebSocket.longestText else { return close(.messageTooLarge) }
        guard isLast else {
            partial = message
            return
        }
        partial = nil
        guard let text = String(validating: message.readableBytesView, as: UTF8.self) else {
            return close(.dataInconsistentWithMessage)
        }
        if case .dropped = incoming.yield(text) { close(.policyViolation) }
    }

    private func write(
        _ opcode: WebSocketOpcode,
        _ data: ByteBuffer,
        _ promise: EventLoopPromise<Void>? = nil
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: data)
        context?.writeAndFlush(Self.wrapOutboundOut(frame), promise: promise)
    }
}
