import Synchronization

/// Lets so many in at a time.
///
/// An instance under test and the servers played around it hold a Dispatch thread each, and there are 255 in a process:
/// with all of a suite's tests side by side, some would wait for a thread for ever.
final class TestRoom: Sendable {
    /// For instances.
    static let instances = TestRoom(places: 24)

    private let state: Mutex<(places: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(places: Int) {
        state = Mutex((places, []))
    }

    /// Waits for a place.
    func enter() async {
        await withCheckedContinuation { continuation in
            let isIn = state.withLock { state in
                if state.places > 0 {
                    state.places -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isIn { continuation.resume() }
        }
    }

    /// Gives the place to whoever has waited longest.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.places += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
