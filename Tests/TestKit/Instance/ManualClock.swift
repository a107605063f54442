public import Domain
import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: WallClock {
    private let state: Mutex<(now: Timestamp, uptime: Duration)>

    /// Starts at a time, by default in November 2026.
    public init(_ time: Timestamp = Timestamp(milliseconds: 1_795_000_000_000)) {
        state = Mutex((time, .seconds(1)))
    }

    /// What it shows.
    public func now() -> Timestamp { state.withLock { $0.now } }

    /// How much time has passed.
    public func uptime() -> Duration { state.withLock { $0.uptime } }

    /// Lets time pass.
    public func advance(by span: Span) {
        state.withLock { $0 = ($0.now + span, $0.uptime + span.duration) }
    }

    /// Sets the clock forward or back, as an admin does: no time passes.
    public func jump(by span: Span) {
        state.withLock { $0.now = $0.now + span }
    }
}
