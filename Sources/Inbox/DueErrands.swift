import ServiceLifecycle
import Storage

extension SQLDatabase {
    /// Runs what is due, one after another, whenever a topic wakes it and at least once in a while, until graceful
    /// shutdown.
    ///
    /// `proceed`: does one of them; false when none is due.
    func runDue(
        _ topic: WakeTopic,
        every poll: Duration,
        _ proceed: @escaping @Sendable () async -> Bool
    ) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                while !Task.isCancelled, await proceed() {}
                _ = await waitForWake(topic, timeout: poll)
            }
        }
    }
}
