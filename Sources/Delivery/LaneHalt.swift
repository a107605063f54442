import Synchronization

/// Tells all that send on a lane to stop: its host is at fault, or has failed too often in a row.
final class LaneHalt: Sendable {
    private let flag = Atomic(false)
    private let failures = Atomic(0)
    private let limit: Int

    /// `limit`: so many failures without a success between stop it.
    init(after limit: Int) {
        self.limit = limit
    }

    /// Whether sending is to stop.
    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Stops it.
    func set() { flag.store(true, ordering: .relaxed) }

    /// Counts a failure that may be the delivery's own.
    func countFailure() {
        if failures.wrappingAdd(1, ordering: .relaxed).newValue >= limit { set() }
    }

    /// Begins counting again.
    func countSuccess() { failures.store(0, ordering: .relaxed) }
}
