import DequeModule
import Domain
import Storage
import Synchronization

/// What waits to be sent to one connection, and which streams it has subscribed to.
///
/// It holds a bounded number of messages. Who reads so slowly that more would wait is cut off: an app that connects anew
/// reads what it has missed from the timelines.
final class StreamMailbox: Sendable {
    /// Why a connection gets no more.
    enum End: Sendable {
        /// It is closed.
        case closed
        /// Too much waits for it.
        case tooSlow
        /// Its token or its account does not stand any more.
        case revoked
        /// The server stops.
        case stopping
    }

    /// How many messages wait at most.
    static let capacity = 64
    /// How many bytes wait at most.
    static let byteCapacity = 1 << 19
    /// How many streams one connection may have.
    static let maximumStreams = 32

    private struct State {
        var streams: Set<StreamName> = []
        var pending: Deque<StreamMessage> = []
        var bytes = 0
        var waiter: CheckedContinuation<StreamMessage?, Never>?
        var end: End?
        var onEnd: (@Sendable (End) -> Void)?
    }

    private enum Outcome {
        case kept, overflow
        case handed(CheckedContinuation<StreamMessage?, Never>)
    }

    private enum Turn {
        case ended, waiting
        case message(StreamMessage)
    }

    let caller: Caller
    /// The hash of the token that it was opened with.
    let tokenHash: String
    /// Whether the token allows to read what the account is told.
    let showsNotices: Bool
    private let state = Mutex(State())

    init(caller: Caller, tokenHash: String, showsNotices: Bool) {
        self.caller = caller
        self.tokenHash = tokenHash
        self.showsNotices = showsNotices
    }

    /// The streams that it has subscribed to.
    var streams: Set<StreamName> { state.withLock { $0.streams } }

    /// Why it has ended; nil while it has not.
    var ended: End? { state.withLock { $0.end } }

    /// Subscribes to a stream; false when it has too many.
    func subscribe(to stream: StreamName) -> Bool {
        state.withLock { state in
            guard state.streams.count < Self.maximumStreams || state.streams.contains(stream) else {
                return false
            }
            state.streams.insert(stream)
            return true
        }
    }

    /// Ends a subscription.
    func unsubscribe(from stream: StreamName) {
        state.withLock { _ = $0.streams.remove(stream) }
    }

    /// Calls this once when it ends; at once when it has.
    func onEnd(_ body: @escaping @Sendable (End) -> Void) {
        let end = state.withLock { state in
            if state.end == nil { state.onEnd = body }
            return state.end
        }
        if let end { body(end) }
    }

    /// Puts a message in; when there is no room, this is the end.
    ///
    /// A beat is left out when something waits anyway.
    func offer(_ message: StreamMessage) {
        let outcome: Outcome = state.withLock { state in
            guard state.end == nil else { return .kept }
            if let waiter = state.waiter {
                state.waiter = nil
                return .handed(waiter)
            }
            if message == .beat, !state.pending.isEmpty { return .kept }
            guard state.pending.count < Self.capacity, state.bytes + message.size <= Self.byteCapacity else {
                return .overflow
            }
            state.pending.append(message)
            state.bytes += message.size
            return .kept
        }
        switch outcome {
        case .kept: break
        case .handed(let waiter): waiter.resume(returning: message)
        case .overflow: end(.tooSlow)
        }
    }

    /// Waits for the next message, one task at a time; nil at the end.
    func next() async -> StreamMessage? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let turn: Turn = state.withLock { state in
                    // A cancellation before this point is seen here, a later one ends the mailbox.
                    if state.end != nil || Task.isCancelled { return .ended }
                    if let message = state.pending.popFirst() {
                        state.bytes -= message.size
                        return .message(message)
                    }
                    state.waiter = continuation
                    return .waiting
                }
                switch turn {
                case .ended: continuation.resume(returning: nil)
                case .message(let message): continuation.resume(returning: message)
                case .waiting: break
                }
            }
        } onCancel: {
            end(.closed)
        }
    }

    /// Ends it; what waits is thrown away.
    func end(_ reason: End) {
        var waiter: CheckedContinuation<StreamMessage?, Never>?
        var onEnd: (@Sendable (End) -> Void)?
        state.withLock { state in
            guard state.end == nil else { return }
            state.end = reason
            state.pending = []
            state.bytes = 0
            swap(&waiter, &state.waiter)
            swap(&onEnd, &state.onEnd)
        }
        waiter?.resume(returning: nil)
        onEnd?(reason)
    }
}
