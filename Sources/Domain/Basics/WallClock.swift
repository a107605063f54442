#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Tells the time of day, and how time passes; a parameter everywhere, so that tests own it.
public protocol WallClock: Sendable {
    /// The present instant; somebody may set it forward or back.
    func now() -> Timestamp

    /// How long the machine has run, its sleep included; nobody can set that.
    ///
    /// For lengths of time within one process.
    func uptime() -> Duration
}

/// The machine's clock.
public struct SystemClock: WallClock {
    #if os(Linux)
    private static let monotonic = CLOCK_BOOTTIME
    #else
    private static let monotonic = CLOCK_MONOTONIC
    #endif

    /// Makes the clock.
    public init() {}

    /// Reads `CLOCK_REALTIME`.
    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Reads `CLOCK_BOOTTIME`.
    public func uptime() -> Duration {
        var time = timespec()
        clock_gettime(Self.monotonic, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
