import CCurl
import Dispatch
import Domain

/// One serial queue with one multi handle: runs the transfers of the hosts that are its own.
///
/// The queue runs a single block that loops until the worker is stopped, and waits in `curl_multi_poll` while there is
/// nothing to do.
final class Worker: Sendable {
    private let inbox: WorkerInbox

    init(
        name: String,
        _ configuration: TransportConfiguration,
        _ addressGuard: AddressGuard,
        _ certificates: CertificateBundle
    ) throws(TransportSetupError) {
        let count = max(1, configuration.workers)
        let multi = try MultiHandle(maxIdle: max(1, configuration.maxIdleConnections / count))
        inbox = WorkerInbox(multi)
        let loop = TransferLoop(multi, inbox, configuration, addressGuard, certificates)
        DispatchQueue(label: name).async { loop.run() }
    }

    func submit(_ job: Job) { inbox.submit(job) }
    func cancel(_ id: UInt64, of host: Host) { inbox.cancel(id, of: host) }
    func stop(by time: UInt64) { inbox.stop(by: time) }
    func waitForEnd() async { await inbox.waitForEnd() }
}

/// The monotonic clock in nanoseconds.
enum MonotonicClock {
    static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// The time after a span; never beyond the end of the clock.
    static func time(after span: Duration) -> UInt64 {
        now &+ UInt64(max(0, span.wholeMilliseconds)) * 1_000_000
    }

    /// Whole milliseconds until a time, 0 when it is past.
    static func milliseconds(until time: UInt64) -> Int {
        let now = now
        return time > now ? Int((time - now) / 1_000_000) : 0
    }
}
