import HummingbirdCore
import Metrics

/// Pauses the accepting of one listening address while it has as many connections as it may.
///
/// Further clients wait in the kernel's queue, not refused, and are served as others leave. Each address counts for
/// itself, so an admin address answers while the others are full.
struct ListenerConnections: AvailableConnectionsDelegate {
    private let limit: Int
    private let gauge: Meter
    private var count = 0

    init(limit: Int, address: ListeningAddress, metrics: any MetricsFactory) {
        self.limit = limit
        gauge = Meter(
            label: "http_server_connections",
            dimensions: [("address", "\(address)")],
            factory: metrics
        )
    }

    mutating func connectionOpened() {
        count += 1
        gauge.set(count)
    }

    mutating func connectionClosed() {
        count -= 1
        gauge.set(count)
    }

    func isAcceptingNewConnections() -> Bool { count < limit }
}
