import ServiceLifecycle
import Storage

/// Ends the process when the disk has failed so that nothing can be written until a restart.
struct StorageWatch: Service {
    private let failures: AsyncStream<StorageError>
    private let report: AsyncStream<StorageError>.Continuation

    init() {
        (failures, report) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// Reports the failure; may be called from any thread.
    func fail(_ error: StorageError) {
        report.yield(error)
    }

    /// Waits for a failure.
    ///
    /// - Throws: the failure, which makes the service group stop everything else.
    func run() async throws {
        for await failure in failures.cancelOnGracefulShutdown() { throw failure }
    }
}
