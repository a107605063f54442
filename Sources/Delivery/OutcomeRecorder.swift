import Domain
import Metrics
import Storage

/// Writes what came of a lane's deliveries and gives the lane back, in one transaction.
///
/// Two waits are kept apart. A delivery's own grows with its own failures. A host's holds the lane, and with it all
/// that it has not tried; it ends with the first thing that the host takes.
struct OutcomeRecorder: Sendable {
    let database: any SQLDatabase
    let schedule: RetrySchedule
    let clock: any WallClock
    let watch: ClockWatch

    /// Records the results of a run.
    ///
    /// Nothing is written when the lease was lost meanwhile: whoever holds it now sends again and records.
    func record(_ results: [DeliveryResult], of work: LaneWork) async throws {
        let now = clock.now()
        let mayExpire = watch.mayExpire
        try await database.write { db in
            guard var lane = try db.lanes.held(work.lane.host, token: work.token) else { return }
            judge(&lane, by: results, at: now)
            for result in results { try record(result, on: lane, at: now, in: db) }
            if work.lane.isOpen, !lane.isOpen { try db.deliveries.makeDueUnanswered(on: lane.host, at: now) }
            if mayExpire, results.contains(where: \.outcome.isFailure) {
                try expire(on: lane.host, at: now, in: db)
            }
            try plan(&lane, at: now, in: db)
            try db.lanes.release(lane, token: work.token)
            if lane.dueAt != nil { db.wake(.deliveries) }
        }
        for (name, count) in Dictionary(results.map { ($0.outcome.name, 1) }, uniquingKeysWith: +) {
            Counter(label: "staffroom_deliveries", dimensions: [("outcome", name)]).increment(by: count)
        }
    }

    /// What a run shows of the host, in whatever order its results came.
    ///
    /// Where it took something, a failure beside that is the delivery's own. Where it took nothing, one that is the
    /// host's for certain opens the circuit, and the others count.
    private func judge(_ lane: inout Lane, by results: [DeliveryResult], at now: Timestamp) {
        let wasTaken = results.contains(where: \.outcome.isAnswer)
        if wasTaken { lane.noteSuccess(at: now) }
        var didFail = false
        for result in results {
            guard case .tryAgain(_, let reason, let holdsLane, let wish) = result.outcome else { continue }
            if let wish { lane.noteWish(until: now + wish) }
            // Side by side they fail for one reason: a host that does not answer counts once a run.
            if wasTaken || (holdsLane && didFail) { continue }
            lane.noteFailure(reason, opens: holdsLane, at: now)
            didFail = didFail || holdsLane
        }
        guard lane.isOpen, results.contains(where: \.outcome.isFailure) else { return }
        // The host says itself how long to wait; one that says "a second" for ever is not taken at its word.
        let isWished = lane.askedUntil > now && lane.failures < Lane.failuresToOpen
        let own = isWished ? now : now + schedule.probeInterval(afterFailures: lane.failures)
        lane.heldUntil = max(lane.askedUntil, own)
    }

    private func record(
        _ result: DeliveryResult,
        on lane: Lane,
        at now: Timestamp,
        in db: any SQLConnection
    ) throws {
        let delivery = result.delivery
        if let scheme = result.learned { try db.peers.setScheme(scheme, of: lane.host, at: now) }
        switch result.outcome {
        case .cutOff: break
        case .delivered(let status): try db.deliveries.markDelivered(delivery.id, status: status, at: now)
        case .undelivered(let status, let reason):
            try db.deliveries.markUndelivered(delivery.id, status: status, reason: reason, at: now)
            if status == 410 { try db.accounts.forgetInbox(delivery.inbox) }
        case .postponed(let reason):
            let due = now + schedule.wait(afterFailures: delivery.attempts + 1)
            try db.deliveries.markWaiting(delivery.id, until: due, status: nil, reason: reason, at: now)
        case .tryAgain(let status, let reason, _, let wish):
            let own = schedule.wait(afterFailures: delivery.attempts + 1)
            // Where the host is at fault, its circuit is what waits.
            let due = now + (wish ?? (lane.isOpen ? min(own, schedule.longestProbe) : own))
            try db.deliveries.markWaiting(delivery.id, until: due, status: status, reason: reason, at: now)
        }
    }

    private func expire(on host: Host, at now: Timestamp, in db: any SQLConnection) throws {
        try db.deliveries.expire(
            on: host,
            madeBefore: now - schedule.lifetime,
            orForPartnersBefore: now - schedule.partnerLifetime,
            at: now
        )
    }

    /// Decides when the lane is next due.
    ///
    /// Where nothing waits that may be sent, what waits for a school that has parted from the host is given up.
    private func plan(_ lane: inout Lane, at now: Timestamp, in db: any SQLConnection) throws {
        lane.dueAt = nil
        // Most lanes are done after a turn: that is asked first, since it costs least.
        guard try db.deliveries.isAnyWaiting(for: lane.host) else { return }
        guard let next = try db.deliveries.nextDue(on: lane.host) else {
            return try db.deliveries.giveUpRefused(on: lane.host, at: now)
        }
        lane.dueAt = lane.isOpen ? lane.heldUntil : max(next, lane.heldUntil)
    }
}

extension DeliveryOutcome {
    /// Whether the host took it or refused it for good: either way it is there.
    fileprivate var isAnswer: Bool {
        switch self {
        case .delivered: true
        case .undelivered(let status, _): status != nil
        case .tryAgain, .postponed, .cutOff: false
        }
    }

    /// Whether it will be tried again after a wait.
    fileprivate var isFailure: Bool {
        switch self {
        case .tryAgain, .postponed: true
        case .delivered, .undelivered, .cutOff: false
        }
    }
}
