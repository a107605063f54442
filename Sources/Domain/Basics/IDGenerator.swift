import Synchronization

/// Issues ids that sort by time and never repeat within a process.
///
/// Two processes that issue in the same millisecond differ in the random bits; should they still meet,
/// the table's primary key refuses the second and its transaction is tried again.
public final class IDGenerator: Sendable {
    static let randomBits: Int64 = 21

    private let clock: any WallClock
    private let last: Mutex<Int64>
    private let arrivals = Mutex<Int64?>(nil)
    private let random: @Sendable () -> UInt64

    /// Makes a generator; tests pass their own clock and source of randomness.
    ///
    /// `after`: the highest number that the database holds. Ids go on above it even when the clock has been set back
    /// while no process ran, so that what comes later still sorts later.
    public init(
        clock: any WallClock,
        after highest: Int64 = 0,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0 ... .max) }
    ) {
        self.clock = clock
        self.random = random
        last = Mutex(highest)
    }

    /// Issues the next id of any kind.
    public func next<Of>(_: Of.Type = Of.self) -> ID<Of> {
        let noise = Int64(random() & ((1 << UInt64(Self.randomBits)) - 1))
        let fresh = (max(0, clock.now().milliseconds) << Self.randomBits) | noise
        let issued = last.withLock { last in
            last = fresh > last ? fresh : last &+ 1
            return last
        }
        return ID(rawValue: issued)
    }

    /// Issues an id that sorts at an earlier time: for what is old when it arrives.
    ///
    /// Of one millisecond, what arrives first sorts first. It is unique with high probability only; the table's
    /// primary key refuses a repetition.
    public func next<Of>(at time: Timestamp, _: Of.Type = Of.self) -> ID<Of> {
        let mask: Int64 = (1 << Self.randomBits) - 1
        let count = arrivals.withLock { arrivals in
            arrivals = arrivals.map { ($0 &+ 1) & mask } ?? Int64(random() & UInt64(mask >> 1))
            return arrivals ?? 0
        }
        let earliest = max(0, min(time.milliseconds, clock.now().milliseconds))
        return ID(rawValue: (earliest << Self.randomBits) | count)
    }
}
