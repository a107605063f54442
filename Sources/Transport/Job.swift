import Domain
import Synchronization

/// A request on its way to a worker, and whoever waits for its answer.
struct Job: Sendable {
    typealias Answer = Result<OutboundResponse, TransferError>

    let id: UInt64
    let request: OutboundRequest
    /// When it must be over, in nanoseconds of the monotonic clock.
    let deadline: UInt64
    /// Raised by the task that asked, from any thread.
    let cancellation: Cancellation
    private let continuation: CheckedContinuation<Answer, Never>

    init(
        id: UInt64,
        _ request: OutboundRequest,
        deadline: UInt64,
        _ cancellation: Cancellation,
        _ continuation: CheckedContinuation<Answer, Never>
    ) {
        self.id = id
        self.request = request
        self.deadline = deadline
        self.cancellation = cancellation
        self.continuation = continuation
    }

    var host: Host { request.uri.host }

    /// Answers; called once.
    ///
    /// By the worker that took the job, or by whoever finds that none will take it.
    func end(_ answer: Answer) { continuation.resume(returning: answer) }
}

/// Says that nobody waits for a job's answer any more.
final class Cancellation: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { raised.load(ordering: .acquiring) }

    func raise() { raised.store(true, ordering: .releasing) }
}
