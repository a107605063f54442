public import Domain
import Synchronization

/// Limits how often passwords may be guessed.
///
/// Three buckets count the wrong ones: of one address to one account, of one address to all accounts, and of all
/// addresses to one account. The last one stops a guesser with a thousand addresses; so that it cannot keep the owner
/// out, an address from which somebody has signed in to the account is free of it. Whether there is such an account
/// makes no difference.
public final class SignInLimiter: Sendable {
    private enum Key: Hashable {
        case pair(Pair)
        case address(IPAddress)
        case account(Handle)
    }

    private struct Pair: Hashable {
        let account: Handle?
        let address: IPAddress?
    }

    private struct State {
        var buckets: BucketTable<Key>
        var familiar: Set<Pair> = []
    }

    private let limits: RateLimits
    private let now: @Sendable () -> Duration
    private let state: Mutex<State>

    /// Starts with full buckets; `now` is a clock that never goes back, from any origin.
    public init(limits: RateLimits, now: @escaping @Sendable () -> Duration = RateLimiter.uptime) {
        self.limits = limits
        self.now = now
        state = Mutex(State(buckets: BucketTable(capacity: max(3, limits.keys))))
    }

    /// Counts an attempt; a handle that is none counts for its address.
    ///
    /// Called before the password is checked, so that attempts at the same time are counted too.
    ///
    /// - Returns: nil when it may go on; otherwise in how many seconds the next one may.
    public func begin(_ account: Handle?, from address: IPAddress?) -> Int? {
        let pair = Pair(account: account, address: address?.clientNetwork)
        let seconds = now() / .seconds(1)
        return state.withLock { state in
            let keys = keys(pair, isFamiliar: state.familiar.contains(pair))
            let waits = keys.compactMap { state.buckets.take(0, $0, rate: rate($0), at: seconds) }
            if let longest = waits.max() { return longest }
            for key in keys { _ = state.buckets.take(1, key, rate: rate(key), at: seconds) }
            return nil
        }
    }

    /// Takes back the count of an attempt whose password was right.
    public func succeeded(_ account: Handle?, from address: IPAddress?) {
        let pair = Pair(account: account, address: address?.clientNetwork)
        state.withLock { state in
            for key in keys(pair, isFamiliar: state.familiar.contains(pair)) {
                state.buckets.giveBack(key, rate: rate(key))
            }
            // Only who knows a password gets here, so this does not grow by what strangers send.
            if state.familiar.count >= limits.keys { state.familiar.removeAll(keepingCapacity: true) }
            state.familiar.insert(pair)
        }
    }

    private func keys(_ pair: Pair, isFamiliar: Bool) -> [Key] {
        var keys = [Key.pair(pair)]
        if let address = pair.address { keys.append(.address(address)) }
        if let account = pair.account, !isFamiliar { keys.append(.account(account)) }
        return keys
    }

    private func rate(_ key: Key) -> TokenRate {
        switch key {
        case .pair: limits.signIn
        case .address: limits.signInsOfAddress
        case .account: limits.signInsToAccount
        }
    }
}
