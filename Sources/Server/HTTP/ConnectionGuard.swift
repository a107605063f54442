import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

/// Guards one connection, between the HTTP parser and Hummingbird.
///
/// It holds the limits of `HTTPLimits`, refuses what the parser lets through but we do not, answers framing errors
/// with a problem document, and closes the connection after a response where keeping it would be unsafe: an unread
/// body, an error in framing, HTTP/1.0, an upgrade that we ignore. It runs on the connection's event loop only.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Given to a route that reads a body which stopped coming.
    struct BodyTimeout: Error {}

    let limits: HTTPLimits
    let wire: WireHandler
    let logger: Logger
    var clock: ConnectionClock
    var inspection: Scheduled<Void>?

    /// Requests whose response is not finished; more than one when the client pipelines.
    var outstanding = 0
    /// Whether the head of the present response has been written.
    var isResponding = false
    /// Whether the present response goes on until its reader leaves.
    var isStreaming = false
    /// Whether the connection ends with the present response.
    var closesAfterResponse = false
    /// The refusal to send when the earlier requests of a pipeline are answered.
    var pendingRefusal: HTTPResponse.Status?
    /// Whether everything that still comes from either side is dropped.
    var isClosing = false
    /// The present request's version is HTTP/1.0.
    var isOld = false
    /// The client said what the version does not: keep an HTTP/1.0 connection open.
    var keepsOldAlive = false
    /// How much of the present body is still to come; nil when it is chunked.
    var bodyLeft: Int? = 0
    /// Parts and bytes of the present body so far.
    var bodyParts = 0
    var bodyBytes = 0
    /// Bytes of body that came after its response.
    var unreadBytes = 0

    init(limits: HTTPLimits, wire: WireHandler, logger: Logger) {
        self.limits = limits
        self.wire = wire
        self.logger = logger
        clock = ConnectionClock(limits: limits, now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
        wire.observe { loopBound.value.clock.received(at: .now()) }
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        inspection?.cancel()
        inspection = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        inspection?.cancel()
        inspection = nil
        isClosing = true
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing, pendingRefusal == nil else { return countUnread(data, context) }
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            begin(head)
            if let status = refusal(of: head) { return refuseNext(status, context) }
            outstanding += 1
            if outstanding == 1, !isOld, head.headers.contains(name: "expect") {
                continueAsExpected(context)
            }
        case .body(let part):
            bodyParts &+= 1
            bodyBytes &+= part.readableBytes
            bodyLeft = bodyLeft.map { $0 - part.readableBytes }
            if isUnread { countUnread(data, context) }
            if bodyLeft == nil, hasTooMuchFraming { return refuse(.badRequest, context) }
        case .end:
            wire.resetReceived()
            if isUnread {
                clock.enter(.idle, at: .now())
            } else {
                clock.enter(.response, at: .now())
            }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // What is thrown away never reaches Hummingbird, so it would not ask for more.
        if isClosing, clock.phase == .lingering { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            logger.debug("connection failed", metadata: ["error": "\(error)"])
            context.fireErrorCaught(error)
            return context.close(promise: nil)
        }
        guard !isClosing else { return }
        let status: HTTPResponse.Status =
            switch error {
            case .headerOverflow: .requestHeaderFieldsTooLarge
            case .invalidVersion: .httpVersionNotSupported
            default: .badRequest
            }
        guard clock.phase == .body, !isUnread else { return refuseNext(status, context) }
        // The route that reads the broken body learns of it. If its turn has come, the answer is already on its way.
        if outstanding == 1 { refuse(status, context) } else { closesAfterResponse = true }
        context.fireErrorCaught(error)
    }
}
