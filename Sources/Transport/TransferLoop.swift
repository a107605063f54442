import CCurl
import Domain

/// The loop of a worker and all that only it touches; confined to the worker's queue, hence `@unchecked Sendable`.
///
/// A job is in exactly one place: the inbox, `queue` (waiting) or `running`. Whoever takes it out of there ends
/// it, so that each continuation is resumed once.
final class TransferLoop: @unchecked Sendable {
    private let multi: MultiHandle
    private let inbox: WorkerInbox
    private let configuration: TransportConfiguration
    private let certificates: CertificateBundle
    private let addressGuard: AddressGuard
    private var queue: JobQueue
    private var running: [UInt64: Transfer] = [:]
    private var spare: [EasyHandle] = []
    private var stopBy: UInt64?

    init(
        _ multi: MultiHandle,
        _ inbox: WorkerInbox,
        _ configuration: TransportConfiguration,
        _ addressGuard: AddressGuard,
        _ certificates: CertificateBundle
    ) {
        self.multi = multi
        self.inbox = inbox
        self.configuration = configuration
        self.certificates = certificates
        self.addressGuard = addressGuard
        queue = JobQueue(
            maxRunning: configuration.maxConnections / max(1, configuration.workers),
            maxPerHost: configuration.maxConnectionsPerHost
        )
    }

    /// Runs until the worker is stopped and nothing is left.
    func run() {
        CurlGlobals.blockBrokenPipeSignal()
        repeat {
            takeInbox()
            startWaiting()
            var stillRunning: Int32 = 0
            curl_multi_perform(multi.raw, &stillRunning)
            endFinished()
            if !queue.hasNext, !isDone { wait() }
        } while !isDone
        inbox.close()
    }

    private var isDone: Bool { stopBy != nil && queue.isEmpty }

    /// Blocks until a socket, a time-out of a transfer or another thread needs attention.
    private func wait() {
        let longest = 60_000
        let next = min(stopBy ?? .max, queue.nextExpiry ?? .max)
        curl_multi_poll(
            multi.raw,
            nil,
            0,
            Int32(clamping: min(MonotonicClock.milliseconds(until: next) + 1, longest)),
            nil
        )
    }

    private func takeInbox() {
        let batch = inbox.take()
        for job in batch.jobs {
            // Its cancellation may have come before it: then no message tells of it any more.
            if job.cancellation.isRaised { job.end(.failure(.cancelled)) } else { queue.add(job) }
        }
        for (id, host) in batch.cancelled {
            if let waiting = queue.remove(id, of: host) {
                waiting.end(.failure(.cancelled))
            } else if let transfer = running[id] {
                end(transfer, .failure(.cancelled))
            }
        }
        stopBy = batch.stopBy
        guard let stopBy, MonotonicClock.now >= stopBy else { return }
        for job in queue.removeAll() { job.end(.failure(.shuttingDown)) }
        for transfer in Array(running.values) { end(transfer, .failure(.shuttingDown)) }
    }

    private func startWaiting() {
        for job in queue.expire(at: MonotonicClock.now) {
            job.end(.failure(.timeout(reason: "no connection was free in time")))
        }
        while let job = queue.next() {
            do throws(TransferError) {
                try start(job)
            } catch {
                queue.end(job.host)
                job.end(.failure(error))
            }
        }
    }

    private func start(_ job: Job) throws(TransferError) {
        guard !job.cancellation.isRaised else { throw .cancelled }
        let milliseconds = MonotonicClock.milliseconds(until: job.deadline)
        let fields = try FieldList(job.request, userAgent: configuration.userAgent)
        guard let handle = spare.popLast() ?? EasyHandle(configuration, certificates) else {
            throw .ours(reason: "libcurl has no handle to give")
        }
        let transfer = Transfer(job, handle, configuration, addressGuard)
        try handle.prepare(job.request, fields, milliseconds: milliseconds, owner: transfer.pointer)
        guard curl_multi_add_handle(multi.raw, handle.raw) == CURLM_OK else {
            throw .ours(reason: "libcurl takes no transfer")
        }
        running[job.id] = transfer
    }

    private func endFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi.raw, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else {
                continue
            }
            let code = message.pointee.data.result
            guard let owner = ccurl_owner(handle) else { continue }
            let transfer = Unmanaged<Transfer>.fromOpaque(owner).takeUnretainedValue()
            end(transfer, transfer.result(code))
        }
    }

    private func end(_ transfer: Transfer, _ answer: Job.Answer) {
        guard running.removeValue(forKey: transfer.job.id) != nil else { return }
        curl_multi_remove_handle(multi.raw, transfer.handle.raw)
        transfer.handle.finish()
        if spare.count < configuration.maxIdleConnections { spare.append(transfer.handle) }
        queue.end(transfer.job.host)
        transfer.job.end(answer)
    }
}
