import Synchronization

/// The ports that the server listens on, once it does.
final class BoundPorts: Sendable {
    private struct State {
        var ports: [UInt16?]
        var isFinished = false
        var waiting: [CheckedContinuation<[UInt16]?, Never>] = []

        var all: [UInt16]? {
            let bound = ports.compactMap(\.self)
            return bound.count == ports.count ? bound : nil
        }
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(ports: Array(repeating: nil, count: count)))
    }

    /// Notes the port of one address.
    func bound(_ index: Int, port: UInt16) {
        wake { state in
            if state.ports.indices.contains(index) { state.ports[index] = port }
        }
    }

    /// Notes that the server has ended, so that nobody waits for ever.
    func finish() {
        wake { $0.isFinished = true }
    }

    /// Waits until all addresses are bound; nil when the server ended before.
    func wait() async -> [UInt16]? {
        await withCheckedContinuation { continuation in
            let ready: [UInt16]?? = state.withLock { state in
                if let all = state.all { return .some(all) }
                if state.isFinished { return .some(nil) }
                state.waiting.append(continuation)
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let (waiting, result) = state.withLock { state in
            change(&state)
            guard state.all != nil || state.isFinished else {
                return ([CheckedContinuation<[UInt16]?, Never>](), [UInt16]?.none)
            }
            defer { state.waiting = [] }
            return (state.waiting, state.all)
        }
        for continuation in waiting { continuation.resume(returning: result) }
    }
}
