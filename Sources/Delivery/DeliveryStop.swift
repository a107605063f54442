public import ServiceLifecycle

/// Has a planner stop as soon as the process is told to.
///
/// A service group tells its services one after the other, from the last to the first, and waits for each. So that
/// deliveries come to their end while requests are still being answered, this service is listed last.
public struct DeliveryStop: Service {
    private let planner: DeliveryPlanner

    /// Watches for a planner.
    public init(_ planner: DeliveryPlanner) {
        self.planner = planner
    }

    /// Waits for the word to stop and hands it on.
    public func run() async throws {
        try? await gracefulShutdown()
        planner.stop()
    }
}
