import Domain
import Synchronization

/// Lets the keys of at most ten hosts below one domain be fetched in five minutes, so that a wildcard DNS record is
/// not an endless supply of strangers.
///
/// Every domain above a host counts, down to two labels: `a.b.evil.example` counts for `b.evil.example` and
/// `evil.example`. A host counts once. At most `capacity` hosts are remembered at a time; beyond, everybody waits.
final class NewcomerLimiter: Sendable {
    private static let capacity = 10_000
    private static let hostsPerDomain = 10
    private static let window = Span.minutes(5)

    private struct State {
        var since = Timestamp(milliseconds: 0)
        var hosts: Set<Host> = []
        var domains: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// Whether a key of the host may be fetched now; if so, the host counts.
    func admit(_ host: Host, now: Timestamp) -> Bool {
        let domains = Self.domains(above: host)
        return state.withLock { state in
            if now - state.since >= Self.window || now < state.since { state = State(since: now) }
            if state.hosts.contains(host) { return true }
            guard state.hosts.count < Self.capacity,
                domains.allSatisfy({ state.domains[$0, default: 0] < Self.hostsPerDomain })
            else { return false }
            state.hosts.insert(host)
            for domain in domains { state.domains[domain, default: 0] += 1 }
            return true
        }
    }

    private static func domains(above host: Host) -> [String] {
        guard host.address == nil else { return [] }
        let labels = host.name.split(separator: ".")
        guard labels.count > 2 else { return [] }
        return (1...(labels.count - 2)).map { labels[$0...].joined(separator: ".") }
    }
}
