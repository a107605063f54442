public import Domain
public import Logging
public import ServiceLifecycle
public import Storage
import Synchronization

/// Claims due lanes and has them run, never more than the active set allows.
///
/// In reading order: `DeliveryPlanner` claims lanes, `LaneRun` sends one lane's deliveries, `DeliveryAttempt` sends
/// one, `DeliveryOutcome` judges what came of it, `OutcomeRecorder` writes that and gives the lane back.
/// State is in the database only: when the process dies, its leases lapse and another takes over.
public struct DeliveryPlanner: Service {
    private let database: any SQLDatabase
    private let settings: DeliverySettings
    let lanes: LaneRun
    private let clock: any WallClock
    private let logger: Logger
    /// Names this process's leases.
    private let owner: String

    /// Makes the planner of one process.
    ///
    /// `owner`: a name that no other process on the database has.
    public init(
        database: any SQLDatabase,
        attempt: DeliveryAttempt,
        settings: DeliverySettings = DeliverySettings(),
        clock: any WallClock = SystemClock(),
        owner: String,
        logger: Logger
    ) {
        self.database = database
        self.settings = settings
        self.clock = clock
        self.owner = owner
        self.logger = logger
        let recorder = OutcomeRecorder(
            database: database,
            schedule: settings.schedule,
            clock: clock,
            owner: owner
        )
        lanes = LaneRun(
            attempt: attempt,
            recorder: recorder,
            settings: settings,
            clock: clock,
            logger: logger
        )
    }

    /// Runs until graceful shutdown: then claims nothing more and finishes what is in flight.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await plan() }
    }

    private func plan() async {
        let active = ActiveLanes()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let room = settings.activeLanes - active.count
                let claimed = room > 0 ? await claim(min(room, settings.lanesPerClaim)) : []
                active.add(claimed.count)
                for work in claimed {
                    group.addTask {
                        // Unstructured from cancellation on purpose: what is in flight is finished at shutdown.
                        await Task { await lanes.run(work) }.value
                        active.add(-1)
                    }
                }
                if claimed.isEmpty { await pause() }
            }
        }
    }

    private func pause() async {
        _ = await database.waitForWake(.deliveries, timeout: settings.poll)
    }

    /// Claims lanes together with their due deliveries.
    func claim(_ limit: Int) async -> [LaneWork] {
        let now = clock.now()
        let lease = now + settings.lease
        let perLane = settings.deliveriesPerLane
        let owner = owner
        do {
            guard try await database.read({ try $0.lanes.hasDue(now: now) }) else { return [] }
            return try await database.write { db in
                try db.lanes.claim(owner: owner, now: now, lease: lease, limit: limit).map { lane in
                    LaneWork(
                        lane: lane,
                        deliveries: lane.isOpen
                            ? try db.deliveries.probe(on: lane.host)
                            : try db.deliveries.due(on: lane.host, now: now, limit: perLane),
                        scheme: try db.peers.scheme(of: lane.host)
                    )
                }
            }
        } catch {
            logger.error("claiming deliveries failed", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: settings.poll)
            return []
        }
    }
}

/// A claimed lane and what is to be sent on it.
struct LaneWork: Sendable {
    let lane: Lane
    let deliveries: [Delivery]
    /// What the host understands, if it has shown that.
    let scheme: SignatureScheme?
}

/// How many lanes a process is sending on.
private final class ActiveLanes: Sendable {
    private let lanes = Mutex(0)

    var count: Int { lanes.withLock { $0 } }

    func add(_ change: Int) {
        lanes.withLock { $0 += change }
    }
}
