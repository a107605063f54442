import Domain
import Synchronization

/// Lets one attempt per key through in five minutes, so that bad signatures that name a victim's key never
/// become a flood at the victim's server.
///
/// At most `capacity` keys are remembered; the oldest make room.
final class FetchLimiter: Sendable {
    private static let capacity = 10_000
    private let interval: Span
    private let attempts = Mutex<[URI: Timestamp]>([:])

    init(interval: Span = .minutes(5)) {
        self.interval = interval
    }

    /// Whether an attempt may be made now; if so, it counts.
    func admit(_ uri: URI, now: Timestamp) -> Bool {
        attempts.withLock { attempts in
            if let last = attempts[uri], now - last < interval, now >= last { return false }
            if attempts.count >= Self.capacity {
                attempts = attempts.filter { now - $0.value < interval }
                if attempts.count >= Self.capacity { attempts.removeAll(keepingCapacity: true) }
            }
            attempts[uri] = now
            return true
        }
    }
}
