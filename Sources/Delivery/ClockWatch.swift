import Domain
import Synchronization

/// Notices when somebody sets the clock, by comparing it with how much time has passed.
///
/// Due times, leases and ages are times of day, since they outlive the process. When the clock was set back, all that
/// waits is made due at once (`DeliveryStore.pullIn`). When it was set forward, everything is due by itself, and
/// nothing is given up for its age until a day has passed: that is enough to see the alarm and set it right. Nothing
/// is given up either in the first hour of a process, so that what has waited while it was off is tried first.
final class ClockWatch: Sendable {
    private struct State {
        var now: Timestamp
        var uptime: Duration
        var expiresFrom: Duration
    }

    /// Clocks that are kept right by a time server move by less.
    private static let tolerance = Span.seconds(10)

    private let clock: any WallClock
    private let settings: DeliverySettings
    private let state: Mutex<State>

    init(clock: any WallClock, settings: DeliverySettings) {
        self.clock = clock
        self.settings = settings
        let uptime = clock.uptime()
        state = Mutex(
            State(
                now: clock.now(),
                uptime: uptime,
                expiresFrom: uptime + settings.expiryPauseAtStart.duration
            )
        )
    }

    /// By how much the clock was set since the last look; nil when it was not.
    func look() -> Span? {
        let (now, uptime) = (clock.now(), clock.uptime())
        return state.withLock { state in
            let passed = Span(milliseconds: (uptime - state.uptime).wholeMilliseconds)
            let jump = now - (state.now + passed)
            state.now = now
            state.uptime = uptime
            guard jump > Self.tolerance || jump < Span(milliseconds: -Self.tolerance.milliseconds) else {
                return nil
            }
            state.expiresFrom = max(state.expiresFrom, uptime + settings.expiryPauseAfterJump.duration)
            return jump
        }
    }

    /// Whether deliveries may be given up for their age.
    var mayExpire: Bool {
        let uptime = clock.uptime()
        return state.withLock { uptime >= $0.expiresFrom }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? .max : whole &+ attoseconds / 1_000_000_000_000_000
    }
}
