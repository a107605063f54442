import Synchronization

/// Lets a few work at a time and some wait; who comes when too many wait is told at once.
final class WorkBench: Sendable {
    private struct State {
        var working = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let workers: Int
    private let places: Int
    private let state = Mutex(State())

    init(workers: Int, waiting: Int) {
        self.workers = workers
        places = waiting
    }

    /// Works when it is one's turn.
    ///
    /// - Throws: `MediaError.busy` when too many wait already, and what the body throws.
    func work<Value>(_ body: () async throws(MediaError) -> Value) async throws(MediaError) -> Value {
        guard await enter() else { throw .busy }
        defer { leave() }
        return try await body()
    }

    private func enter() async -> Bool {
        let hasPlace = state.withLock { state -> Bool? in
            if state.working < workers {
                state.working += 1
                return true
            }
            return state.waiting.count < places ? nil : false
        }
        if let hasPlace { return hasPlace }
        await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                if state.working < workers {
                    state.working += 1
                    return true
                }
                state.waiting.append(turn)
                return false
            }
            if isFree { turn.resume() }
        }
        return true
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            // Whoever waited longest takes the place over.
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.working -= 1
            return nil
        }
        next?.resume()
    }
}
