import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Vocabulary

/// Many other servers in one: every `NAME.localhost` on its port is a host with one actor, and takes deliveries.
final class FakePeers: Sendable {
    /// A delivery as it came.
    struct Delivery: Sendable {
        let host: String
        let activity: JSONObject
        let at: ContinuousClock.Instant
    }

    /// What a played host sees of a delivery, in this order.
    enum Moment: Sendable {
        /// The whole request, which is counted and not yet answered.
        case received
        /// Its answer has left.
        case answered
    }

    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let inbox: Inbox
    let port: UInt16

    /// Starts listening on a free port of 127.0.0.1; all actors have the same public key.
    ///
    /// `delay`: how long a delivery waits for its answer.
    init(publicKey: String, delay: Duration = .zero) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let inbox = Inbox(publicKey: publicKey, delay: TimeAmount(delay))
        self.inbox = inbox
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(PeerHandler(inbox: inbox))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = UInt16(clamping: channel.localAddress?.port ?? 0)
    }

    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }

    /// The actor's id on a host.
    func actor(_ host: String) -> String { "http://\(host)/actor" }

    /// The name of a host by its number.
    func host(_ name: String) -> String { "\(name).localhost:\(port)" }

    /// What has come so far, from a position on.
    func deliveries(from start: Int = 0) -> [Delivery] { inbox.taken.withLock { Array($0.dropFirst(start)) } }

    var count: Int { inbox.taken.withLock { $0.count } }

    /// Calls this once, on the hosts' thread, at the next such moment.
    func atNext(_ moment: Moment, _ action: @escaping @Sendable () -> Void) {
        inbox.watchers.withLock { $0[moment] = action }
    }

    /// Forgets what was to be called.
    func expectNothing() {
        inbox.watchers.withLock { $0 = [:] }
    }
}

/// What the fake hosts have taken.
private final class Inbox: Sendable {
    let publicKey: String
    let delay: TimeAmount
    let taken = Mutex<[FakePeers.Delivery]>([])
    let watchers = Mutex<[FakePeers.Moment: @Sendable () -> Void]>([:])

    init(publicKey: String, delay: TimeAmount) {
        self.publicKey = publicKey
        self.delay = delay
    }

    func reach(_ moment: FakePeers.Moment) {
        watchers.withLock { $0.removeValue(forKey: moment) }?()
    }
}

/// Answers on one connection.
///
/// Confined to its event loop.
private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let inbox: Inbox
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(inbox: Inbox) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part): body.writeBuffer(&part)
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head, let host = head.headers.first(name: "host") else { return }
        if head.method == .POST {
            guard case .object(let activity)? = try? JSONParser.parse(Array(body.readableBytesView)) else {
                return write(context, .badRequest, [])
            }
            inbox.taken.withLock { $0.append(.init(host: host, activity: activity, at: .now)) }
            inbox.reach(.received)
            return accept(context)
        }
        if head.uri.hasPrefix("/.well-known/webfinger") {
            return write(context, .ok, JSONWriter.write(webFinger(host)), type: "application/jrd+json")
        }
        write(context, .ok, JSONWriter.write(actor(host)), type: "application/activity+json")
    }

    private func accept(_ context: ChannelHandlerContext) {
        guard inbox.delay > .zero else {
            write(context, .accepted, [])
            return inbox.reach(.answered)
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: inbox.delay) {
            let (handler, context) = bound.value
            guard context.channel.isActive else { return }
            handler.write(context, .accepted, [])
            handler.inbox.reach(.answered)
        }
    }

    private func webFinger(_ host: String) -> JSONValue {
        [
            "subject": .string("acct:peer@\(host)"),
            "links": [
                ["rel": "self", "type": "application/activity+json", "href": .string("http://\(host)/actor")]
            ],
        ]
    }

    private func actor(_ host: String) -> JSONValue {
        let id = "http://\(host)/actor"
        return [
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": .string(id), "type": "Person", "preferredUsername": "peer",
            "inbox": .string("http://\(host)/inbox"),
            "followers": .string("http://\(host)/followers"),
            "publicKey": [
                "id": .string("\(id)#main-key"), "owner": .string(id),
                "publicKeyPem": .string(inbox.publicKey),
            ],
        ]
    }

    private func write(
        _ context: ChannelHandlerContext,
        _ status: HTTPResponseStatus,
        _ bytes: [UInt8],
        type: String = "text/plain"
    ) {
        let headers: HTTPHeaders = ["content-type": type, "content-length": "\(bytes.count)"]
        context.write(
            wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))),
            promise: nil
        )
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
