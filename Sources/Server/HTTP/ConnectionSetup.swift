import Domain
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Prepares each accepted connection: TLS, the guard, then Hummingbird's own HTTP/1 channel.
struct ConnectionSetup: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let http: HTTP1Channel
    private let limits: HTTPLimits
    private let clients: ClientConnections
    private let certificate: TLSCertificate?

    init(
        limits: HTTPLimits,
        clients: ClientConnections,
        certificate: TLSCertificate?,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        var configuration = HTTP1Channel.Configuration()
        // The target counts as one field here; the guard tells the two apart.
        configuration.httpDecoder.maxHeaderFieldSize = max(limits.headerBytes, limits.targetBytes) + 1
        configuration.httpDecoder.maxHeaderListSize = limits.headerBytes + limits.targetBytes
        configuration.httpDecoder.maxHeaderFieldCount = limits.headerFields
        http = HTTP1Channel(responder: responder, configuration: configuration)
        self.limits = limits
        self.clients = clients
        self.certificate = certificate
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let wire = WireHandler()
        do {
            if let certificate {
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(context: certificate.context)
                )
            }
            try channel.pipeline.syncOperations.addHandler(wire)
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        let guarding = ConnectionGuard(limits: limits, wire: wire, logger: logger)
        let loopBound = NIOLoopBound(guarding, eventLoop: channel.eventLoop)
        return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(loopBound.value, position: .after(decoder))
            count(channel)
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }

    /// Counts the client in, and closes the connection at once when it has too many.
    ///
    /// The future above must not fail for that: the server would take it for a failure of its own.
    private func count(_ channel: any Channel) {
        guard let address = channel.remoteAddress.flatMap(IPAddress.init) else { return }
        guard clients.enter(address) else {
            channel.close(promise: nil)
            return
        }
        let clients = clients
        channel.closeFuture.whenComplete { _ in clients.leave(address) }
    }
}
