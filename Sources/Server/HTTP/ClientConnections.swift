import Domain
import Synchronization

/// Counts the open connections of each client, so that one of them cannot take all.
final class ClientConnections: Sendable {
    private let limit: Int
    private let proxies: TrustedProxies
    private let counts = Mutex<[IPAddress: Int]>([:])

    init(limit: Int, proxies: TrustedProxies) {
        self.limit = limit
        self.proxies = proxies
    }

    /// Counts a connection in; false when its client has too many.
    ///
    /// Pair a true with `leave`.
    func enter(_ address: IPAddress) -> Bool {
        guard !proxies.contains(address) else { return true }
        return counts.withLock { counts in
            let count = counts[address.clientNetwork, default: 0]
            guard count < limit else { return false }
            counts[address.clientNetwork] = count + 1
            return true
        }
    }

    /// Counts a connection out.
    func leave(_ address: IPAddress) {
        guard !proxies.contains(address) else { return }
        counts.withLock { counts in
            guard let count = counts[address.clientNetwork] else { return }
            counts[address.clientNetwork] = count > 1 ? count - 1 : nil
        }
    }

    /// How many clients have a connection.
    var clients: Int { counts.withLock { $0.count } }
}
