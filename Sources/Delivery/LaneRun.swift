import Domain
import Logging
import Storage

/// Sends one lane's deliveries: each actor's in order, a few actors side by side.
struct LaneRun: Sendable {
    let attempt: DeliveryAttempt
    let recorder: OutcomeRecorder
    let settings: DeliverySettings
    let clock: any WallClock
    /// Whether something new may be sent: the process does not stop, and others know that it lives.
    let mayGoOn: @Sendable () -> Bool
    let logger: Logger

    /// Runs a lane to its end and gives it back; never throws: what fails stays waiting.
    func run(_ work: LaneWork) async {
        let end = clock.uptime() + settings.lease.duration
        let results = work.deliveries.isEmpty ? [] : await sendAll(work)
        while true {
            do {
                return try await recorder.record(results, of: work)
            } catch {
                // While the lease lasts, a database that comes back is told what was sent already.
                let isTransient = (error as? StorageError)?.isTransient ?? false
                if isTransient, error as? StorageError != .closed, !Task.isCancelled, clock.uptime() < end,
                    (try? await Task.sleep(for: settings.poll)) != nil
                {
                    continue
                }
                // The lease lapses and the deliveries are sent again: receivers know their activity ids.
                return logger.error(
                    "recording deliveries failed",
                    metadata: ["host": "\(work.lane.host)", "error": "\(error)"]
                )
            }
        }
    }

    private func sendAll(_ work: LaneWork) async -> [DeliveryResult] {
        let queues = Array(Dictionary(grouping: work.deliveries, by: \.actor).values)
        let deadline = clock.uptime() + settings.laneTime.duration
        let halt = LaneHalt(after: Lane.failuresToOpen)
        return await withTaskGroup(of: [DeliveryResult].self) { group in
            var waiting = queues.sorted { $0[0].id < $1[0].id }[...]
            for queue in waiting.prefix(settings.actorsPerLane) {
                group.addTask { await send(queue, work.scheme, halt, deadline) }
            }
            waiting = waiting.dropFirst(settings.actorsPerLane)
            var results: [DeliveryResult] = []
            for await part in group {
                results += part
                if let next = waiting.popFirst(), !halt.isSet {
                    group.addTask { await send(next, work.scheme, halt, deadline) }
                }
            }
            return results
        }
    }

    /// Sends one actor's deliveries one after the other, until the host is found to be at fault or time is up.
    private func send(
        _ deliveries: [Delivery],
        _ scheme: SignatureScheme?,
        _ halt: LaneHalt,
        _ deadline: Duration
    ) async -> [DeliveryResult] {
        var results: [DeliveryResult] = []
        var behind: Set<URI> = []
        for delivery in deliveries {
            if halt.isSet || !mayGoOn() || clock.uptime() >= deadline { break }
            // An Update never overtakes its Create: what is about the same object waits with it.
            if behind.contains(delivery.object) { continue }
            let result = await attempt.send(delivery, scheme: scheme)
            switch result.outcome {
            case .delivered, .undelivered: halt.countSuccess()
            case .postponed, .cutOff: behind.insert(delivery.object)
            case .tryAgain(_, _, let holdsLane, _):
                behind.insert(delivery.object)
                if holdsLane { halt.set() } else { halt.countFailure() }
            }
            results.append(result)
        }
        return results
    }
}
