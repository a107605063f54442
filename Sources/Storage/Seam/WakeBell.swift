import Synchronization

/// Wakes those in this process who wait for a topic; drivers ring it after a commit.
public final class WakeBell: Sendable {
    private struct Waiter {
        let continuation: CheckedContinuation<Bool, Never>
        let timer: Task<Void, Never>
    }

    private struct State {
        var waiters: [WakeTopic: [UInt64: Waiter]] = [:]
        /// Topics that were woken while nobody waited.
        var rung: Set<WakeTopic> = []
        var lastID: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Makes a bell that nobody waits for.
    public init() {}

    /// How many wait for a topic.
    public func waiterCount(_ topic: WakeTopic) -> Int { state.withLock { $0.waiters[topic]?.count ?? 0 } }

    /// Wakes everybody who waits for one of the topics; where nobody does, the next one.
    public func ring(_ topics: Set<WakeTopic>) {
        guard !topics.isEmpty else { return }
        let woken = state.withLock { state in
            var woken: [Waiter] = []
            for topic in topics {
                if let waiters = state.waiters.removeValue(forKey: topic), !waiters.isEmpty {
                    woken += waiters.values
                } else {
                    state.rung.insert(topic)
                }
            }
            return woken
        }
        for waiter in woken { Self.answer(waiter, true) }
    }

    /// Waits until the topic is rung; false after the time-out, the task's cancellation, or `close`.
    public func wait(for topic: WakeTopic, timeout: Duration) async -> Bool {
        let id = state.withLock { state in
            state.lastID &+= 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    // A cancellation before this point is seen here, a later one finds the waiter.
                    if state.isClosed || Task.isCancelled { return false }
                    if state.rung.remove(topic) != nil { return true }
                    let timer = Task {
                        try? await Task.sleep(for: timeout)
                        giveUp(id, topic)
                    }
                    state.waiters[topic, default: [:]][id] = Waiter(continuation: continuation, timer: timer)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            giveUp(id, topic)
        }
    }

    /// Ends every wait, now and later.
    public func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return state.waiters.values.flatMap(\.values)
        }
        for waiter in waiting { Self.answer(waiter, false) }
    }

    private func giveUp(_ id: UInt64, _ topic: WakeTopic) {
        guard let waiter = state.withLock({ $0.waiters[topic]?.removeValue(forKey: id) }) else { return }
        Self.answer(waiter, false)
    }

    private static func answer(_ waiter: Waiter, _ isWoken: Bool) {
        waiter.timer.cancel()
        waiter.continuation.resume(returning: isWoken)
    }
}
