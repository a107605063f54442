import Domain
import Metrics
import Storage

/// Writes what came of a lane's deliveries and gives the lane back, in one transaction.
struct OutcomeRecorder: Sendable {
    let database: any SQLDatabase
    let schedule: RetrySchedule
    let clock: any WallClock
    let owner: String

    /// Records results in the order of the deliveries.
    ///
    /// Nothing is written when the lease was lost meanwhile: whoever holds it now sends again and records.
    func record(_ results: [DeliveryResult], of host: Host) async throws {
        let now = clock.now()
        try await database.write { db in
            guard var lane = try db.lanes.held(host, owner: owner) else { return }
            for result in results.sorted(by: { $0.delivery.id < $1.delivery.id }) {
                try record(result, on: &lane, at: now, in: db)
            }
            try plan(&lane, at: now, in: db)
            try db.lanes.release(lane, owner: owner)
            if lane.dueAt != nil { db.wake(.deliveries) }
        }
        for (name, count) in Dictionary(results.map { ($0.outcome.name, 1) }, uniquingKeysWith: +) {
            Counter(label: "staffroom_deliveries", dimensions: [("outcome", name)]).increment(by: count)
        }
    }

    private func record(
        _ result: DeliveryResult,
        on lane: inout Lane,
        at now: Timestamp,
        in db: any SQLConnection
    ) throws {
        let delivery = result.delivery
        if let scheme = result.learned { try db.peers.setScheme(scheme, of: lane.host, at: now) }
        switch result.outcome {
        case .delivered(let status):
            try db.deliveries.markDelivered(delivery.id, status: status, at: now)
            if lane.noteSuccess(at: now) { try db.deliveries.makeDue(on: lane.host, at: now) }
        case .undelivered(let status, let reason):
            try db.deliveries.markUndelivered(delivery.id, status: status, reason: reason, at: now)
            if status == 410 { try db.accounts.forgetInbox(delivery.inbox) }
            // An answer is an answer: the host is there.
            if status != nil, lane.noteSuccess(at: now) { try db.deliveries.makeDue(on: lane.host, at: now) }
        case .postponed(let reason):
            try db.deliveries.markWaiting(delivery.id, until: now + .minutes(1), status: nil, reason: reason)
        case .tryAgain(let status, let reason, let holdsLane, let after):
            lane.noteFailure(reason, at: now)
            let due = now + (after ?? wait(after: delivery, on: lane, holdsLane: holdsLane))
            try db.deliveries.markWaiting(delivery.id, until: due, status: status, reason: reason)
            if holdsLane { lane.heldUntil = max(lane.heldUntil, due) }
        }
    }

    private func wait(after delivery: Delivery, on lane: Lane, holdsLane: Bool) -> Span {
        if lane.isOpen, holdsLane { return schedule.probeInterval(afterFailures: lane.failures) }
        return schedule.wait(afterFailures: holdsLane ? lane.failures : delivery.attempts + 1)
    }

    /// Gives up what has waited too long, and decides when the lane is next due.
    private func plan(_ lane: inout Lane, at now: Timestamp, in db: any SQLConnection) throws {
        if lane.failures > 0 {
            try db.deliveries.expire(
                on: lane.host,
                madeBefore: now - schedule.lifetime,
                orForPartnersBefore: now - schedule.partnerLifetime,
                at: now
            )
        }
        if lane.isOpen {
            lane.heldUntil = max(lane.heldUntil, now + schedule.probeInterval(afterFailures: lane.failures))
        }
        lane.dueAt = try db.deliveries.nextDue(on: lane.host).map { max($0, lane.heldUntil) }
        if lane.isOpen, lane.dueAt != nil { lane.dueAt = lane.heldUntil }
    }
}
