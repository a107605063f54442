import Domain
import Synchronization

/// What other threads tell a worker: the only state they share.
final class WorkerInbox: Sendable {
    /// What came since the worker last looked.
    struct Batch {
        var jobs: [Job] = []
        var cancelled: [(id: UInt64, of: Host)] = []
        /// When everything must be over, in nanoseconds of the monotonic clock; nil while nobody asked for an end.
        var stopBy: UInt64?
    }

    private struct State {
        var batch = Batch()
        var isClosed = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let multi: MultiHandle

    init(_ multi: MultiHandle) {
        self.multi = multi
    }

    /// Hands a job over; it ends at once when the worker takes none any more.
    func submit(_ job: Job) {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.batch.stopBy == nil else { return false }
            state.batch.jobs.append(job)
            return true
        }
        if isTaken { multi.wake() } else { job.end(.failure(.shuttingDown)) }
    }

    /// Asks for an end of a job.
    ///
    /// One that the worker does not know has ended, or will find its cancellation raised.
    func cancel(_ id: UInt64, of host: Host) {
        state.withLock { $0.batch.cancelled.append((id, host)) }
        multi.wake()
    }

    /// Takes no more jobs, and asks for the end of all by a time.
    func stop(by time: UInt64) {
        state.withLock { $0.batch.stopBy = min($0.batch.stopBy ?? .max, time) }
        multi.wake()
    }

    /// Returns once the worker has ended.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.waitingForEnd.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    /// What came since the last call; only the worker calls it.
    func take() -> Batch {
        state.withLock { state in
            let batch = state.batch
            state.batch = Batch(stopBy: batch.stopBy)
            return batch
        }
    }

    /// Says that the worker has ended; only the worker calls it.
    ///
    /// Nothing can be left in the inbox by then but what
    /// came before `stop`, and the worker looks once more after that.
    func close() {
        let (jobs, waiting) = state.withLock { state in
            state.isClosed = true
            defer { state.batch.jobs = [] }
            return (state.batch.jobs, state.waitingForEnd)
        }
        for job in jobs { job.end(.failure(.shuttingDown)) }
        for continuation in waiting { continuation.resume() }
    }
}
