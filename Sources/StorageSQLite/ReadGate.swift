import Synchronization

/// Counts reads that run, so that the pool is closed only when there is none: GRDB does not guard against that.
final class ReadGate: Sendable {
    private struct State {
        var running = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// How many reads run.
    var running: Int { state.withLock(\.running) }

    /// Lets a read in; false after closing.
    func enter() -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.running += 1
            return true
        }
    }

    /// Notes that a read has ended.
    func leave() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.running -= 1
            guard state.running == 0 else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Lets nobody in any more and waits for those inside; false when somebody else closes it already.
    func close() async -> Bool {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return false }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.running > 0 { state.waiter = continuation }
                return state.running == 0
            }
            if isEmpty { continuation.resume() }
        }
        return true
    }
}
