import Domain
import Logging
import Outbox
import ServiceLifecycle
import Storage

/// Does what falls due by the clock: publishes posts at their time, tells how polls stand and that they have ended.
///
/// Every process looks; what is done is one transaction with the row that says it is due, so it is done once.
struct DueWork: Service {
    let publisher: Publisher
    let logger: Logger

    /// How often it looks; a look is a question of an index.
    private static let interval = Duration.seconds(1)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { await proceed() }
        }
    }

    /// Does all that is due now.
    private func proceed() async {
        await attempt("posts") { while !Task.isCancelled, try await publisher.publishDue() > 0 {} }
        await attempt("polls") { while !Task.isCancelled, try await publisher.tellOfPoll() {} }
    }

    private func attempt(_ what: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            // It is still due.
            logger.warning("what is due was not done", metadata: ["what": "\(what)", "error": "\(error)"])
        }
    }
}
