import HTTPTypes
import NIOCore
import NIOHTTP1

extension ConnectionGuard {
    /// Notes what a request's head says about its connection and its body.
    func begin(_ head: HTTPRequestHead) {
        clock.enter(.body, at: .now())
        isOld = head.version != .http1_1
        keepsOldAlive = isOld && head.isKeepAlive
        bodyParts = 0
        bodyBytes = 0
        unreadBytes = 0
        bodyLeft =
            head.headers.contains(name: "transfer-encoding")
            ? nil : head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        // The parser stops at an upgrade, whether or not anybody takes it up.
        if !head.isKeepAlive || head.headers.contains(name: "upgrade") || head.method == .CONNECT {
            closesAfterResponse = true
        }
    }

    /// What the parser lets through and we do not.
    func refusal(of head: HTTPRequestHead) -> HTTPResponse.Status? {
        guard head.uri.utf8.count <= limits.targetBytes else { return .uriTooLong }
        // Only the origin form is served, in ASCII. Spec: RFC 9112 section 3.2.1.
        guard head.uri.utf8.first == UInt8(ascii: "/"),
            head.uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
        else { return .badRequest }
        var bytes = 0
        var hosts = 0
        for field in head.headers {
            bytes += field.name.utf8.count + field.value.utf8.count
            if Self.isHost(field.name) { hosts += 1 }
        }
        guard bytes <= limits.headerBytes, head.headers.count <= limits.headerFields else {
            return .requestHeaderFieldsTooLarge
        }
        guard hosts == 1 else { return .badRequest }
        guard !isOld || !head.headers.contains(name: "transfer-encoding") else {
            return .badRequest
        }
        let expectations = head.headers["expect"]
        guard expectations.isEmpty || expectations.map({ $0.lowercased() }) == ["100-continue"] else {
            return .expectationFailed
        }
        return nil
    }

    /// Lets a client that waits for leave send its body.
    ///
    /// Spec: RFC 9110 section 10.1.1.
    func continueAsExpected(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Whether the response to the body that is still coming has been sent.
    var isUnread: Bool { outstanding == 0 }

    /// Drops part of a body that nobody wants, and the connection when there is too much of it.
    func countUnread(_ data: NIOAny, _ context: ChannelHandlerContext) {
        guard case .body(let part) = Self.unwrapInboundIn(data) else { return }
        unreadBytes &+= part.readableBytes
        if unreadBytes > limits.unreadBodyBytes { context.close(promise: nil) }
    }

    /// Whether a chunked body is mostly chunk sizes and extensions.
    ///
    /// Extensions are ignored, as RFC 9112 section 7.1.1 wants, but the parser takes them in without a limit.
    var hasTooMuchFraming: Bool {
        wire.received - bodyBytes > 2 * limits.headerBytes + limits.targetBytes + 64 * 1024 + 16 * bodyParts
    }

    private static func isHost(_ name: String) -> Bool {
        name.utf8.count == 4 && zip(name.utf8, "host".utf8).allSatisfy { $0 | 0x20 == $1 }
    }
}
