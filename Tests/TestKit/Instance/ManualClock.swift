public import Domain
import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: WallClock {
    private let time: Mutex<Timestamp>

    /// Starts at a time, by default in November 2026.
    public init(_ time: Timestamp = Timestamp(milliseconds: 1_795_000_000_000)) {
        self.time = Mutex(time)
    }

    /// What it shows.
    public func now() -> Timestamp { time.withLock { $0 } }

    /// Moves it, backwards too.
    public func advance(by span: Span) {
        time.withLock { $0 = $0 + span }
    }
}
