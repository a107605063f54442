import Synchronization

/// The lanes that a process is sending on: how many there may be more, and how they end when the process stops.
final class ActiveLanes: Sendable {
    private struct State {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var failing = 0
        var isStopping = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var lastNumber: UInt64 = 0
    }

    private let settings: DeliverySettings
    private let state = Mutex(State())

    init(settings: DeliverySettings) {
        self.settings = settings
    }

    /// Whether nothing new is to be begun.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// How many lanes there is room for, and how many of them may be such whose hosts fail: those get half of the
    /// room at most, so that dead hosts keep nobody waiting.
    var room: Room {
        state.withLock { state in
            Room(
                all: max(0, settings.activeLanes - state.tasks.count),
                failing: max(0, settings.activeLanes / 2 - state.failing)
            )
        }
    }

    struct Room {
        let all: Int
        let failing: Int
    }

    /// Runs a lane; what is in flight is finished when the process stops, if it is soon enough.
    func start(isFailing: Bool, _ run: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.lastNumber += 1
            let number = state.lastNumber
            if isFailing { state.failing += 1 }
            // It cannot end before it is entered here: its end needs the lock.
            state.tasks[number] = Task {
                await run()
                self.end(number, isFailing)
            }
        }
    }

    private func end(_ number: UInt64, _ isFailing: Bool) {
        let waiting = state.withLock { state in
            state.tasks[number] = nil
            if isFailing { state.failing -= 1 }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when a lane has ended, or at once while there is room for another or the process stops.
    func waitForRoom() async {
        await wait { $0.tasks.count < settings.activeLanes || $0.isStopping }
    }

    /// Returns when all lanes have ended.
    func waitForEnd() async {
        while !state.withLock({ $0.tasks.isEmpty }) { await wait { $0.tasks.isEmpty } }
    }

    private func wait(unless isOver: (borrowing State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if isOver(state) { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Has lanes begin nothing more; what is still in flight after a while is cut off.
    func stop() {
        let waiting: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            if state.isStopping { return nil }
            state.isStopping = true
            defer { state.waiting = [] }
            return state.waiting
        }
        guard let waiting else { return }
        for continuation in waiting { continuation.resume() }
        Task {
            try? await Task.sleep(for: settings.stopTime)
            for task in state.withLock({ Array($0.tasks.values) }) { task.cancel() }
        }
    }
}
