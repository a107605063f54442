import Synchronization

/// Lets reads in and counts them: the pool is closed only when there is none, which GRDB does not guard against, and
/// for a moment they can be held back.
final class ReadGate: Sendable {
    fileprivate struct State {
        var running = 0
        /// Those of them that may last as long as they like: copies and checks.
        var unlimited = 0
        var isClosed = false
        var isHeld = false
        /// Reads that wait while others are held back.
        var waiting: [CheckedContinuation<Void, Never>] = []
        var whenEmpty: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// Lets a read in, after a while if reads are held back; false after closing.
    func enter(isLimited: Bool) async -> Bool {
        while true {
            let isAdmitted: Bool? = state.withLock { state in
                if state.isClosed { return false }
                if state.isHeld { return nil }
                state.running += 1
                state.unlimited += isLimited ? 0 : 1
                return true
            }
            if let isAdmitted { return isAdmitted }
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.isHeld, !state.isClosed else { return false }
                    state.waiting.append(continuation)
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        }
    }

    /// Notes that a read has ended.
    func leave(isLimited: Bool) {
        let actions = state.withLock { state -> [@Sendable () -> Void] in
            state.running -= 1
            state.unlimited -= isLimited ? 0 : 1
            return state.running == 0 ? state.takeActions() : []
        }
        for action in actions { action() }
    }

    /// Holds new reads back until `reopen`, and calls an action when the running ones have ended.
    ///
    /// Does nothing while a read without a time limit runs, while reads are held back already, or after closing.
    func drain(then action: @escaping @Sendable () -> Void) {
        let actions = state.withLock { state -> [@Sendable () -> Void] in
            guard !state.isHeld, !state.isClosed, state.unlimited == 0 else { return [] }
            state.isHeld = true
            state.whenEmpty.append(action)
            return state.running == 0 ? state.takeActions() : []
        }
        for action in actions { action() }
    }

    /// Lets those in who were held back.
    func reopen() {
        let waiting = state.withLock { state in
            state.isHeld = false
            return state.takeWaiting()
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Lets nobody in any more and waits for those inside; false when somebody else closes it already.
    func close() async -> Bool {
        let waiting: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            return state.takeWaiting()
        }
        guard let waiting else { return false }
        for continuation in waiting { continuation.resume() }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.running > 0 { state.whenEmpty.append { continuation.resume() } }
                return state.running == 0
            }
            if isEmpty { continuation.resume() }
        }
        return true
    }
}

extension ReadGate.State {
    /// In the order they came: what `drain` has queued for the writer is there before it is closed.
    fileprivate mutating func takeActions() -> [@Sendable () -> Void] {
        defer { whenEmpty = [] }
        return whenEmpty
    }

    fileprivate mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        defer { waiting = [] }
        return waiting
    }
}
