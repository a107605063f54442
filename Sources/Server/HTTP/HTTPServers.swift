public import CoreMetrics
import Dispatch
public import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import UnixSignals

/// Listens on all addresses and gives every request to one front door.
///
/// One service for ServiceLifecycle. When it is told to stop it accepts nothing more, closes idle connections and lets
/// requests under way finish. SIGHUP makes it read the TLS certificate again; it never ends the process.
public final class HTTPServers: Service {
    private let settings: HTTPServerSettings
    private let door: FrontDoor
    private let certificate: TLSCertificate?
    private let log: RequestLog
    private let date: HTTPDate
    private let logger: Logger
    private let metrics: any MetricsFactory
    private let bound: BoundPorts

    /// Checks the settings and reads the certificate; nothing is bound until `run`.
    ///
    /// - Parameters:
    ///   - settings: Where and how to listen.
    ///   - door: Answers the requests.
    ///   - metrics: Where request and connection counts go.
    ///   - accessLog: The level of the access log's lines.
    ///   - clock: Tells the time for the `Date` field.
    ///   - logger: Every line of a request carries its id.
    /// - Throws: `HTTPServerError`, which names the setting.
    public init(
        settings: HTTPServerSettings,
        door: FrontDoor,
        metrics: any MetricsFactory = MetricsSystem.factory,
        accessLog: Logger.Level = .info,
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) throws(HTTPServerError) {
        try settings.validate()
        self.settings = settings
        self.door = door
        self.metrics = metrics
        self.logger = logger
        certificate = try settings.tls.map { files throws(HTTPServerError) in try TLSCertificate(files: files)
        }
        log = RequestLog(metrics: metrics, level: accessLog)
        date = HTTPDate(clock: clock)
        bound = BoundPorts(count: settings.addresses.count)
    }

    /// Waits until every address is listened on and gives their ports, in the order of the settings; nil when the
    /// server could not start or has ended.
    public func ports() async -> [UInt16]? { await bound.wait() }

    /// Reads the TLS certificate again, as SIGHUP does; open connections keep the old one.
    ///
    /// - Throws: `HTTPServerError.badCertificate`; the old certificate stays in use.
    public func reloadCertificate() throws(HTTPServerError) { try certificate?.reload() }

    /// Serves until it is told to stop.
    ///
    /// - Throws: `HTTPServerError.cannotListen`.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
        let result: Result<Void, any Error>
        do {
            try await serve(on: group)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        bound.finish()
        try await group.shutdownGracefully()
        try result.get()
    }

    private func serve(on group: any EventLoopGroup) async throws {
        let proxies = TrustedProxies(ranges: settings.trustedProxies)
        let room = connectionsPerAddress()
        let clients = ClientConnections(limit: settings.limits.connectionsPerClient, proxies: proxies)
        // Also without a certificate: a signal that nobody takes ends the process.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (index, address) in settings.addresses.enumerated() {
                let server = listener(index, address, connections: room, clients: clients, group: group)
                tasks.addTask {
                    do {
                        try await server.run()
                        await Self.settle(server)
                    } catch let error as IOError {
                        throw HTTPServerError.cannotListen(address, why: error.description)
                    }
                }
            }
            let reloads = Task { await reload(at: hangUps) }
            defer { reloads.cancel() }
            // Not waitForAll: an address that cannot be bound must end the others.
            while try await tasks.next() != nil {}
        }
    }

    /// Waits until the server has noted the end of each connection.
    ///
    /// It notes that on its own event loop a moment after the connections' tasks have ended, and `run` returns in
    /// between: event loops that are shut down meanwhile leave NIO with work that it complains of. Nobody may keep the
    /// process from ending, so this lasts a second at most.
    private static func settle(_ server: HummingbirdCore.Server<ConnectionSetup>) async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let closing = Task {
            try? await server.shutdownGracefully()
            end.finish()
        }
        let limit = Task {
            try? await Task.sleep(for: .seconds(1))
            end.finish()
        }
        // In a task of its own: also when this one is cancelled there is something to wait for.
        await Task { for await _ in ends {} }.value
        limit.cancel()
        closing.cancel()
    }

    /// The connections that each address may have, under the system's limit of open files.
    private func connectionsPerAddress() -> Int {
        let wanted = settings.limits.connections
        let all = wanted.multipliedReportingOverflow(by: settings.addresses.count)
        let room =
            OpenFiles.makeRoom(forClients: all.overflow ? .max : all.partialValue) / settings.addresses.count
        guard room < wanted else { return wanted }
        logger.warning(
            "the limit of open files allows fewer connections than the settings",
            metadata: ["wanted": "\(wanted)", "allowed": "\(room)"]
        )
        return room
    }

    private func listener(
        _ index: Int,
        _ address: ListeningAddress,
        connections limit: Int,
        clients: ClientConnections,
        group: any EventLoopGroup
    ) -> HummingbirdCore.Server<ConnectionSetup> {
        let certificate = address.role == .main ? certificate : nil
        let isSecure = certificate != nil
        let setup = ConnectionSetup(
            limits: settings.limits,
            clients: clients,
            certificate: certificate
        ) { [self] request, writer, channel in
            try await respond(request, writer, channel, role: address.role, isSecure: isSecure)
        }
        let connections = ListenerConnections(limit: limit, address: address, metrics: metrics)
        return HummingbirdCore.Server(
            childChannelSetup: setup,
            configuration: ServerConfiguration(
                address: .hostname("\(address.address)", port: Int(address.port)),
                backlog: 1024,
                availableConnectionsDelegate: connections
            ),
            onServerRunning: { [bound] channel in
                bound.bound(
                    index,
                    port: channel.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? address.port
                )
            },
            eventLoopGroup: group,
            logger: logger
        )
    }

    private func respond(
        _ request: Request,
        _ writer: consuming ResponseWriter,
        _ channel: any Channel,
        role: ListeningAddress.Role,
        isSecure: Bool
    ) async throws {
        let start = DispatchTime.now().uptimeNanoseconds
        var context = ServerContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        context.client = Client(peer: context.client.peer, role: role, isSecure: isSecure)
        context.connection = Connection(channel)
        if request.wantsWebSocket { context.webSocket = WebSocketOffer() }
        door.admit(request, &context)
        var response = await door.answer(request, context)
        response.headers[.date] = date.text
        var failure: (any Error)?
        do {
            if let session = context.webSocket?.take(), response.status == .switchingProtocols {
                let socket = try await WebSocketSwitch.perform(on: channel, response.headers)
                await session(socket)
                socket.close(.done)
                // Nothing more is read of it as HTTP.
                failure = CancellationError()
            } else {
                try await writer.write(response: response.head, body: response.body)
            }
        } catch {
            failure = error
        }
        log.finished(
            request,
            context,
            status: response.status,
            bytes: response.body.contentLength,
            nanoseconds: response.isLasting ? nil : DispatchTime.now().uptimeNanoseconds - start,
            isLost: failure != nil && response.status != .switchingProtocols
        )
        // A parser error must not go on: Hummingbird would answer it a second time.
        if failure != nil { throw CancellationError() }
    }

    private func reload(at hangUps: UnixSignalsSequence) async {
        for await _ in hangUps {
            guard let certificate else {
                logger.notice("SIGHUP: there is no TLS certificate to read again")
                continue
            }
            do {
                try certificate.reload()
                logger.info("read the TLS certificate again")
            } catch {
                logger.error("kept the old TLS certificate", metadata: ["error": "\(error)"])
            }
        }
    }
}
