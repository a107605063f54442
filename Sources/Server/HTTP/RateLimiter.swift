public import Domain
import HTTPTypes
public import Inbox
import Synchronization

/// How often one key may do something: a bucket that holds `burst` tokens and gains `perSecond`.
public struct TokenRate: Sendable, Hashable {
    /// Tokens gained a second.
    public var perSecond: Double
    /// The most tokens it holds.
    public var burst: Double

    /// Puts a rate together; both are at least a thousandth.
    public init(perSecond: Double, burst: Double) {
        self.perSecond = max(0.001, perSecond)
        self.burst = max(1, burst)
    }

    /// So many an hour, all at once or spread.
    public init(perHour count: Double) {
        self.init(perSecond: count / 3_600, burst: count)
    }
}

/// How often clients and peers may ask, and try to sign in.
public struct RateLimits: Sendable, Hashable {
    /// For one client address; a whole school may stand behind it.
    public var address = TokenRate(perSecond: 300, burst: 1500)
    /// For one peer's host, by its valid signatures.
    public var host = TokenRate(perSecond: 100, burst: 1000)
    /// For wrong passwords to one account from one client address.
    public var signIn = TokenRate(perHour: 25)
    /// For wrong passwords from one client address to any account; a whole school may stand behind it.
    public var signInsOfAddress = TokenRate(perHour: 100)
    /// For wrong passwords to one account from all addresses from which nobody has signed in to it.
    public var signInsToAccount = TokenRate(perHour: 100)
    /// For apps that one client address registers; a whole school may stand behind it.
    public var registrations = TokenRate(perHour: 100)
    /// How many keys are remembered; the one unused for longest is forgotten first.
    public var keys = 20_000

    /// Makes the limits with their defaults.
    public init() {}
}

/// Counts requests in memory, in one token bucket per key.
///
/// Memory is bounded by `RateLimits.keys`. A forgotten key starts again with a full bucket.
public final class RateLimiter: Sendable {
    /// What is counted together.
    public enum Key: Sendable, Hashable {
        /// A client address; IPv6 by its /64.
        case address(IPAddress)
        /// A peer's host.
        case host(Host)
        /// Apps that a client address registers; IPv6 by its /64.
        case registrations(IPAddress)
    }

    private let limits: RateLimits
    private let now: @Sendable () -> Duration
    private let buckets: Mutex<BucketTable<Key>>

    /// Starts with full buckets; `now` is a clock that never goes back, from any origin.
    public init(limits: RateLimits, now: @escaping @Sendable () -> Duration = RateLimiter.uptime) {
        self.limits = limits
        self.now = now
        buckets = Mutex(BucketTable(capacity: max(1, limits.keys)))
    }

    /// Takes one token.
    ///
    /// - Throws: `Problem` with status 429 and `Retry-After` when there is none.
    public func admit(_ key: Key) throws(Problem) {
        guard let wait = take(key) else { return }
        throw Problem(
            .tooManyRequests,
            reason: "rate_limited",
            detail: "Too many requests; try again later.",
            retryAfter: wait
        )
    }

    /// Takes one token; if there is none, tells in how many whole seconds there will be, at least 1.
    public func take(_ key: Key) -> Int? {
        ask(key, takes: 1)
    }

    /// Tells in how many whole seconds there will be a token; nil when there is one, which stays.
    public func wait(_ key: Key) -> Int? {
        ask(key, takes: 0)
    }

    private func ask(_ key: Key, takes count: Double) -> Int? {
        let (key, rate): (Key, TokenRate) =
            switch key {
            case .address(let address): (.address(address.clientNetwork), limits.address)
            case .host: (key, limits.host)
            case .registrations(let address): (.registrations(address.clientNetwork), limits.registrations)
            }
        let seconds = now() / .seconds(1)
        return buckets.withLock { $0.take(count, key, rate: rate, at: seconds) }
    }

    /// Seconds since the machine started.
    public static let uptime: @Sendable () -> Duration = {
        let start = ContinuousClock.now
        return { start.duration(to: .now) }
    }()
}

extension RateLimiter: HostAllowance {
    /// In how many seconds the host may send again; nil when it may now.
    public func wait(for host: Host) -> Int? { wait(.host(host)) }
    /// Counts one activity of the host.
    public func count(_ host: Host) { _ = take(.host(host)) }
}
