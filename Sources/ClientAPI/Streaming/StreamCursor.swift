import Domain

/// How far the events of the database have been read.
///
/// Pure. Where writers write side by side, an event may become visible after one with a greater number: whoever took
/// the smaller number was slower to commit. So numbers are read again for a while after a greater one was first seen.
struct StreamCursor: Sendable {
    /// All events up to this one have been read.
    private(set) var floor: Int64
    /// Events after the floor that have been read, and when.
    private var seen: [Int64: Duration] = [:]
    private let window: Duration

    /// Begins after an event; `window`: for how long numbers are read again.
    init(after floor: Int64, window: Duration) {
        self.floor = floor
        self.window = window
    }

    /// Takes what was read after the floor, and gives those that are new, in order.
    ///
    /// `now`: any clock that never goes back.
    mutating func take(_ events: [StreamEvent], at now: Duration) -> [StreamEvent] {
        let new = events.filter { $0.number > floor && seen[$0.number] == nil }
        for event in new { seen[event.number] = now }
        if let settled = seen.filter({ now - $0.value >= window }).keys.max() {
            floor = settled
            seen = seen.filter { $0.key > settled }
        }
        return new
    }
}
