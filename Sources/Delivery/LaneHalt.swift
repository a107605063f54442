import Synchronization

/// Tells all that send on a lane that its host is at fault.
final class LaneHalt: Sendable {
    private let flag = Atomic(false)

    /// Whether sending is to stop.
    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Stops it.
    func set() { flag.store(true, ordering: .relaxed) }
}
