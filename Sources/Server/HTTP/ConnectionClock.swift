import NIOCore

/// What a connection is waiting for, and since when.
///
/// Pure: the guard feeds it events and asks it what is overdue.
struct ConnectionClock {
    /// What the client has to do next.
    enum Phase: Equatable {
        /// Nothing: the connection is open and no request is under way.
        case idle
        /// Finish a request's line and header fields.
        case header
        /// Finish a request's body.
        case body
        /// Wait for our response.
        case response
        /// Stop sending: its response has been sent and the connection is being closed.
        case lingering
    }

    /// What is overdue.
    enum Overdue: Equatable {
        case idle, header, body, lingering, write
    }

    private(set) var phase: Phase
    private(set) var since: NIODeadline
    private let limits: HTTPLimits
    private var writing: (mark: Int, looks: Int)?

    /// A new connection has to show its first request's header.
    init(limits: HTTPLimits, now: NIODeadline) {
        self.limits = limits
        phase = .header
        since = now
    }

    mutating func enter(_ phase: Phase, at now: NIODeadline) {
        self.phase = phase
        since = now
    }

    /// Notes that bytes came; the first ones after an idle time begin a request.
    mutating func received(at now: NIODeadline) {
        if phase == .idle { enter(.header, at: now) }
    }

    /// When the client must have finished; nil while it waits for us.
    var deadline: NIODeadline? {
        switch phase {
        case .idle: since + TimeAmount(limits.idle)
        case .header: since + TimeAmount(limits.header)
        case .body: since + TimeAmount(limits.body)
        case .lingering: since + TimeAmount(limits.linger)
        case .response: nil
        }
    }

    /// Tells what is overdue, if anything, by the bytes given to the socket so far and those it has not taken.
    mutating func inspect(at now: NIODeadline, handedDown: Int, buffered: Int) -> Overdue? {
        if isStalled(mark: handedDown - buffered, buffered: buffered) { return .write }
        guard let deadline, now >= deadline else { return nil }
        switch phase {
        case .idle: return .idle
        case .header: return .header
        case .body: return .body
        case .lingering: return .lingering
        case .response: return nil
        }
    }

    /// A stall is three looks, at least a quarter of the limit apart, with less than 1 KiB taken between them: a
    /// client that takes a byte now and then does not keep its connection.
    private mutating func isStalled(mark: Int, buffered: Int) -> Bool {
        guard buffered > 0 else {
            writing = nil
            return false
        }
        guard let last = writing, mark - last.mark < 1024 else {
            writing = (mark, 0)
            return false
        }
        writing = (last.mark, last.looks + 1)
        return last.looks + 1 >= 3
    }
}
