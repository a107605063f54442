import DequeModule
import Storage
import Synchronization

/// Lends the slots, first come, first served; who comes when too many wait, or waits too long, is refused.
final class SessionPool: Sendable {
    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<SessionSlot?, Never>
        let timer: Task<Void, Never>
    }

    private struct State {
        /// The one used last comes first, so that few connections do the work of quiet times.
        var idle: [SessionSlot]
        var waiting: Deque<Waiter> = []
        var lastID: UInt64 = 0
        var isClosed = false
        var whenIdle: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let slots: [SessionSlot]
    private let options: PostgresOptions

    init(_ address: PostgresAddress, _ options: PostgresOptions) {
        let outage = Outage()
        slots = (0..<max(1, options.connections)).map { SessionSlot($0, address, options, outage) }
        state = Mutex(State(idle: slots.reversed()))
        self.options = options
    }

    /// How many wait for a slot.
    var waitingCount: Int { state.withLock(\.waiting.count) }

    /// Runs a body with a slot and takes the slot back.
    func withSlot<Value>(_ body: (SessionSlot) async throws -> Value) async throws -> Value {
        let slot = try await take()
        defer { giveBack(slot) }
        return try await body(slot)
    }

    /// Refuses everybody who comes now, waits until the others are done, and disconnects.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                guard state.idle.count < slots.count else { return true }
                state.whenIdle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
        for slot in slots { await slot.close() }
    }

    private func take() async throws -> SessionSlot {
        enum Answer { case slot(SessionSlot), refusal(StorageError), wait(UInt64) }
        let answer: Answer = state.withLock { state in
            if state.isClosed { return .refusal(.closed) }
            if let slot = state.idle.popLast() { return .slot(slot) }
            guard state.waiting.count < options.waiting else {
                return .refusal(.unavailable(reason: "too many transactions wait for a connection"))
            }
            state.lastID &+= 1
            return .wait(state.lastID)
        }
        switch answer {
        case .slot(let slot): return slot
        case .refusal(let error): throw error
        case .wait(let id):
            guard let slot = await wait(id) else {
                throw StorageError.unavailable(
                    reason: "no connection became free within \(options.waitLimit); more may be needed"
                )
            }
            return slot
        }
    }

    private func wait(_ id: UInt64) async -> SessionSlot? {
        await withCheckedContinuation { continuation in
            let slot = state.withLock { state -> SessionSlot? in
                if let slot = state.idle.popLast() { return slot }
                let timer = Task {
                    // Cancelled when the slot comes; a write that waits is not cancelled with its task.
                    if (try? await Task.sleep(for: options.waitLimit)) != nil { giveUp(id) }
                }
                state.waiting.append(Waiter(id: id, continuation: continuation, timer: timer))
                return nil
            }
            if let slot { continuation.resume(returning: slot) }
        }
    }

    private func giveUp(_ id: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting.remove(at: index)
        }
        waiter?.continuation.resume(returning: nil)
    }

    private func giveBack(_ slot: SessionSlot) {
        let (waiter, done) = state.withLock { state -> (Waiter?, [CheckedContinuation<Void, Never>]) in
            if let waiter = state.waiting.popFirst() { return (waiter, []) }
            state.idle.append(slot)
            guard state.isClosed, state.idle.count == slots.count else { return (nil, []) }
            defer { state.whenIdle = [] }
            return (nil, state.whenIdle)
        }
        waiter?.timer.cancel()
        waiter?.continuation.resume(returning: slot)
        for continuation in done { continuation.resume() }
    }
}
