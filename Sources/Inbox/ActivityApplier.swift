import Domain
import Logging
import Peers
import Storage

/// Gives one claimed activity its effect, or records why not.
struct ActivityApplier: Sendable {
    let database: any SQLDatabase
    let dispatcher: ActivityDispatcher
    let settings: InboxSettings
    /// Whose claims it works on.
    let process: ID<ServingProcess>?
    let clock: any WallClock
    let logger: Logger

    /// Applies an activity; `isAlone`: others wait for it, so it may use the network only for a short time.
    ///
    /// - Returns: whether what came of it is in the database.
    @discardableResult
    func apply(_ received: ReceivedActivity, isAlone: Bool = false) async -> Bool {
        do {
            let time = isAlone ? settings.preparationAlone : settings.preparation
            try await dispatcher.dispatch(received, within: time)
            return true
        } catch {
            return await record(error, of: received)
        }
    }

    private func record(_ error: any Error, of received: ReceivedActivity) async -> Bool {
        let failure = Failure(error)
        if failure == .finishedElsewhere { return true }
        if !(error is CancellationError) {
            logger.warning(
                "applying an activity failed",
                metadata: [
                    "activity": "\(received.uri)", "attempt": "\(received.attempts + 1)", "error": "\(error)",
                ]
            )
        }
        let isLast = received.attempts + 1 >= settings.maximumAttempts
        let (now, reason) = (clock.now(), String("\(error)".prefix(500)))
        let wait = wait(after: received.attempts)
        do {
            try await database.write { db in
                let store = db.receivedActivities
                switch failure {
                case .finishedElsewhere: break
                case .permanent: _ = try store.finish(received.id, as: .ignored, reason: reason)
                case .ours(let span) where span > .seconds(0):
                    try store.postpone(received.id, until: now + span, counts: false, reason: reason)
                case .ours: try store.release([received.id], of: process)
                case .counted where isLast: try store.quarantine(received.id, reason: reason)
                case .counted: try store.postpone(received.id, until: now + wait, reason: reason)
                }
            }
            return true
        } catch {
            logger.error("recording a failure failed", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func wait(after attempts: Int) -> Span {
        min(Span(milliseconds: settings.firstWait.milliseconds << Int64(min(max(attempts, 0), 8))), .hours(1))
    }
}
