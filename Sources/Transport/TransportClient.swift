import Domain
import Synchronization

/// The one client for all that leaves this server: deliveries and fetches alike.
///
/// In reading order: `OutboundRequest`, `TransportClient`, `AddressGuard` (where connections may go), `Worker` and
/// `TransferLoop` (a serial queue around one curl multi handle), `JobQueue` (whose turn it is), `Transfer` (one
/// exchange: the callbacks), `ResponseReader` (what came back, counted), `TransferError`.
///
/// It knows hosts, URIs and addresses, and nothing of ActivityPub, signatures, redirects or retries: those are its
/// callers'. A host always goes to the same worker, so that its connections are reused.
public final class TransportClient: Sendable {
    private let configuration: TransportConfiguration
    private let addressGuard: AddressGuard
    private let workers: [Worker]
    private let lastID = Atomic<UInt64>(0)

    /// Starts the workers.
    ///
    /// - Throws: `TransportSetupError` when libcurl cannot be started or `extraCAFile` cannot be used.
    public convenience init(configuration: TransportConfiguration) throws(TransportSetupError) {
        try self.init(configuration, AddressGuard(configuration))
    }

    init(_ configuration: TransportConfiguration, _ addressGuard: AddressGuard) throws(TransportSetupError) {
        self.configuration = configuration
        self.addressGuard = addressGuard
        let certificates = try CertificateBundle(extra: configuration.extraCAFile)
        var workers: [Worker] = []
        for number in 1...max(1, configuration.workers) {
            workers.append(
                try Worker(name: "staffroom.transport.\(number)", configuration, addressGuard, certificates)
            )
        }
        self.workers = workers
    }

    deinit {
        for worker in workers { worker.stop(by: 0) }
    }

    /// Whether plain http is open (`allowedRanges`), so that a caller may try it after https.
    public var opensPlainHTTP: Bool { configuration.opensPlainHTTP }

    /// Sends a request and returns what was answered, whatever its status; redirects are answers like others.
    ///
    /// Waits while `maxConnections` or `maxConnectionsPerHost` transfers run. When the calling task is cancelled, the
    /// transfer ends with its connection. May be called from any task, any number at a time.
    ///
    /// - Throws: `TransferError`; `refusedURI`, `refusedRequest` and a literal `refusedAddress` before anything is
    ///   resolved or sent.
    public func send(_ request: OutboundRequest) async throws(TransferError) -> OutboundResponse {
        try addressGuard.check(request.uri)
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let deadline = MonotonicClock.time(after: request.timeout ?? configuration.exchangeTimeout)
        let host = request.uri.host
        let worker = worker(of: host)
        let cancellation = Cancellation()
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                worker.submit(Job(id: id, request, deadline: deadline, cancellation, continuation))
            }
        } onCancel: {
            cancellation.raise()
            worker.cancel(id, of: host)
        }
        return try answer.get()
    }

    /// Takes no more requests, lets those under way finish until the deadline, and returns once all workers have ended.
    ///
    /// What is not over by the deadline ends with `shuttingDown`. May be called more than once.
    public func shutdown(within deadline: Duration = .seconds(10)) async {
        let time = MonotonicClock.time(after: deadline)
        for worker in workers { worker.stop(by: time) }
        for worker in workers { await worker.waitForEnd() }
    }

    private func worker(of host: Host) -> Worker {
        workers[Int(UInt(bitPattern: host.hashValue) % UInt(workers.count))]
    }
}
