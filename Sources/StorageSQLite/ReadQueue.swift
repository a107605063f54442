import DequeModule
import Dispatch
import GRDB
import Storage
import Synchronization

/// Has reads run by a few readers, each on a serial queue of its own.
///
/// A reader that is free is woken at once, so a short read never waits behind a long one while there is another. One
/// that is awake takes what waits, one after the other: a read costs one change of threads when there is little to do
/// and hardly any when there is much. GRDB's own asynchronous reads change threads three times each.
final class ReadQueue: Sendable {
    private struct State {
        var waiting: Deque<ReadJob> = []
        var idle: [DispatchQueue]
    }

    private let pool: DatabasePool
    private let timeLimit: Duration
    private let state: Mutex<State>

    init(pool: DatabasePool, readers: Int, timeLimit: Duration) {
        self.pool = pool
        self.timeLimit = timeLimit
        let idle = (0..<max(1, readers)).map { DispatchQueue(label: "staffroom.sqlite.reader-\($0)") }
        state = Mutex(State(idle: idle))
    }

    /// Queues a job; it is ended exactly once.
    func submit(_ job: ReadJob) {
        let reader = state.withLock { state in
            state.waiting.append(job)
            return state.idle.popLast()
        }
        reader?.async { self.serve(on: reader) }
    }

    /// Runs what waits, then lets the reader rest.
    private func serve(on reader: DispatchQueue?) {
        guard let reader else { return }
        var mayGoOn = true
        while mayGoOn {
            do {
                try pool.unsafeRead { database in
                    while let job = next(for: reader) { job.run(database, timeLimit: timeLimit) }
                }
                mayGoOn = false
            } catch {
                // There is no connection: whoever is next is told so.
                let job = next(for: reader)
                job?.fail(error)
                mayGoOn = job != nil
            }
        }
    }

    /// The next job; without one the reader is idle from now on.
    private func next(for reader: DispatchQueue) -> ReadJob? {
        state.withLock { state in
            if let job = state.waiting.popFirst() { return job }
            state.idle.append(reader)
            return nil
        }
    }
}
