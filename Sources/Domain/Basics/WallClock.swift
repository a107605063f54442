#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Tells the time of day; a parameter everywhere, so that tests own it.
public protocol WallClock: Sendable {
    /// The present instant.
    func now() -> Timestamp
}

/// The machine's clock.
public struct SystemClock: WallClock {
    /// Makes the clock.
    public init() {}

    /// Reads `CLOCK_REALTIME`.
    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
