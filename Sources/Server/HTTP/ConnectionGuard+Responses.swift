import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

extension ConnectionGuard {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch Self.unwrapOutboundIn(data) {
        case .head(var head):
            guard head.status.code >= 200 else { return context.write(data, promise: promise) }
            isResponding = true
            isStreaming = head.headers.first(name: "content-type") == "text/event-stream"
            frame(&head)
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            finishResponse(context)
        }
    }

    /// Says in a response's head whether the connection goes on after it.
    private func frame(_ head: inout HTTPResponseHead) {
        if outstanding == 1, clock.phase == .body, (bodyLeft ?? .max) > limits.unreadBodyBytes {
            closesAfterResponse = true
        }
        if isOld, !head.headers.contains(name: "content-length"), head.status.mayHaveResponseBody {
            // HTTP/1.0 has no chunks: the end of the connection ends the body.
            head.version = .http1_0
            closesAfterResponse = true
        }
        if closesAfterResponse, outstanding == 1 {
            head.headers.replaceOrAdd(name: "Connection", value: "close")
        } else if keepsOldAlive {
            head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
    }

    private func finishResponse(_ context: ChannelHandlerContext) {
        isResponding = false
        isStreaming = false
        outstanding -= 1
        guard outstanding == 0 else { return }
        if let status = pendingRefusal {
            refuseNext(status, context)
        } else if closesAfterResponse {
            context.flush()
            linger(context)
        } else if clock.phase == .response {
            clock.enter(.idle, at: .now())
        }
    }

    /// Refuses a request that Hummingbird has not seen, when those before it are answered.
    func refuseNext(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
        guard outstanding == 0 else {
            pendingRefusal = status
            return
        }
        outstanding = 1
        refuse(status, context)
    }

    /// Answers the present request with a problem document, unless its response has begun, and closes.
    func refuse(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
        guard outstanding <= 1, !isResponding else {
            isClosing = true
            return context.close(promise: nil)
        }
        let response = Problem(status).response()
        var head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: status.code, reasonPhrase: status.reasonPhrase)
        )
        for field in response.headers { head.headers.add(name: field.name.rawName, value: field.value) }
        head.headers.add(name: "Connection", value: "close")
        head.headers.add(name: "X-Content-Type-Options", value: "nosniff")
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(Problem(status).document()))), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        logger.debug("refused a request", metadata: ["status": "\(status.code)"])
        linger(context)
    }

    /// Closes our side, and the whole connection when the client has, or has had its time.
    ///
    /// A connection that is closed with bytes unread is reset, and the client may lose the response with it.
    private func linger(_ context: ChannelHandlerContext) {
        isClosing = true
        clock.enter(.lingering, at: .now())
        context.close(mode: .output, promise: nil)
        context.read()
        schedule(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Who has closed its half of a stream that does not end by itself reads no more of it.
        if isClosing || isStreaming, case .some(.inputClosed) = event as? ChannelEvent {
            return context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }
}
