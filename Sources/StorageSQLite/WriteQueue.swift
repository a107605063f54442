import DequeModule
import GRDB
import Storage
import Synchronization

/// Gathers writes while the writer is busy and gives them one commit together.
///
/// There is no timer: whoever waits when the writer becomes free goes next, so a lone write waits for nobody.
final class WriteQueue: Sendable {
    private struct State {
        var waiting: Deque<WriteJob> = []
        /// Whether a turn of the writer is under way or about to be.
        var isRunning = false
        /// Why new writes are refused, if they are.
        var refusal: StorageError?
        var fault: StorageError?
        var counters = SQLiteDatabase.Counters()
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let pool: DatabasePool
    private let bell: WakeBell
    private let log: WriteAheadLog
    private let writesPerCommit: Int
    private let onPoison: (@Sendable (StorageError) -> Void)?
    private let beforeCommit: (@Sendable () throws -> Void)?

    init(
        pool: DatabasePool,
        bell: WakeBell,
        log: WriteAheadLog,
        options: SQLiteOptions,
        beforeCommit: (@Sendable () throws -> Void)?
    ) {
        self.pool = pool
        self.bell = bell
        self.log = log
        writesPerCommit = max(1, options.writesPerCommit)
        onPoison = options.onPoison
        self.beforeCommit = beforeCommit
    }

    var counters: SQLiteDatabase.Counters { state.withLock(\.counters) }

    /// How many writes wait for a turn.
    var waitingCount: Int { state.withLock(\.waiting.count) }

    /// The device fault that has ended writing.
    var fault: StorageError? { state.withLock(\.fault) }

    /// Queues a job, or fails it at once when writes are refused.
    func submit(_ job: WriteJob) {
        let (refusal, mustStart): (StorageError?, Bool) = state.withLock { state in
            if let refusal = state.refusal { return (refusal, false) }
            state.waiting.append(job)
            defer { state.isRunning = true }
            return (nil, !state.isRunning)
        }
        if let refusal { job.fail(refusal) }
        if mustStart { takeTurn() }
    }

    /// Refuses new writes and waits until those that are queued are done.
    func finish() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.refusal = state.refusal ?? .closed
                if state.isRunning { state.idle.append(continuation) }
                return !state.isRunning
            }
            if isIdle { continuation.resume() }
        }
    }

    private func takeTurn() {
        pool.asyncWriteWithoutTransaction { database in
            let jobs = self.state.withLock { state in
                let count = min(state.waiting.count, self.writesPerCommit)
                defer { state.waiting.removeFirst(count) }
                return ArraySlice(state.waiting.prefix(count))
            }
            let result = WriteBatch(database: database, beforeCommit: self.beforeCommit).run(jobs)
            self.note(result, of: jobs.count - result.remaining.count)
            self.bell.ring(result.topics)
            for settle in result.settlements { settle() }
            if result.isCommitted { self.log.limitSize() }
            self.finishTurn()
        }
    }

    private func note(_ result: WriteBatch.Result, of count: Int) {
        let isNews = state.withLock { state in
            state.counters.note(writes: count, failures: result.failures, isCommitted: result.isCommitted)
            state.waiting.prepend(contentsOf: result.remaining)
            guard let fault = result.deviceFault, state.fault == nil else { return false }
            state.fault = fault
            state.refusal = .unavailable(
                reason: "writing has stopped after a device error; \(fault.operatorText)"
            )
            return true
        }
        if isNews, let fault = result.deviceFault { onPoison?(fault) }
    }

    private func finishTurn() {
        let (refused, refusal, idle, goesOn) = state.withLock { state in
            var refused: Deque<WriteJob> = []
            if state.fault != nil { swap(&refused, &state.waiting) }
            state.isRunning = !state.waiting.isEmpty
            var idle: [CheckedContinuation<Void, Never>] = []
            if !state.isRunning { swap(&idle, &state.idle) }
            return (refused, state.refusal, idle, state.isRunning)
        }
        for job in refused { job.fail(refusal ?? .closed) }
        for continuation in idle { continuation.resume() }
        if goesOn { takeTurn() }
    }
}
