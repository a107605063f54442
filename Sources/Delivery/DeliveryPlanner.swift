public import Domain
public import Logging
public import ServiceLifecycle
public import Storage
import Synchronization

/// Claims due lanes and has them run, never more than the active set allows.
///
/// In reading order: `DeliveryPlanner` claims lanes for the `ActiveLanes`, `LaneRun` sends one lane's deliveries,
/// `DeliveryAttempt` sends one, `DeliveryOutcome` judges what came of it, `OutcomeRecorder` writes that and gives the
/// lane back; `ClockWatch` notices when somebody sets the clock.
/// State is in the database only: when the process dies, another takes its lanes over.
public struct DeliveryPlanner: Service {
    private let database: any SQLDatabase
    private let settings: DeliverySettings
    let lanes: LaneRun
    private let active: ActiveLanes
    private let watch: ClockWatch
    private let claims = ClaimNumbers()
    private let clock: any WallClock
    private let logger: Logger
    /// Names this process's leases.
    private let owner: ID<ServingProcess>

    /// Makes the planner of one process.
    ///
    /// `owner`: the process; no other on the database has its number.
    public init(
        database: any SQLDatabase,
        attempt: DeliveryAttempt,
        settings: DeliverySettings = DeliverySettings(),
        clock: any WallClock = SystemClock(),
        owner: ID<ServingProcess>,
        logger: Logger
    ) {
        self.database = database
        self.settings = settings
        self.clock = clock
        self.owner = owner
        self.logger = logger
        let (active, watch) = (ActiveLanes(settings: settings), ClockWatch(clock: clock, settings: settings))
        (self.active, self.watch) = (active, watch)
        let recorder = OutcomeRecorder(
            database: database,
            schedule: settings.schedule,
            clock: clock,
            watch: watch
        )
        lanes = LaneRun(
            attempt: attempt,
            recorder: recorder,
            settings: settings,
            clock: clock,
            // What others may have taken over is not sent any more.
            mayGoOn: { !active.isStopping && database.isShownAlive },
            logger: logger
        )
    }

    /// Runs until graceful shutdown: then claims nothing more, lets what is in flight finish for `stopTime`, and cuts
    /// off the rest, which waits as before.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await plan() }
    }

    /// Begins to stop; `run` ends soon after.
    func stop() { active.stop() }

    private func plan() async {
        await begin()
        await withTaskCancellationHandler {
            while !active.isStopping {
                let claimed = await claim(active.room)
                for work in claimed {
                    active.start(isFailing: work.lane.failures > 0) { await lanes.run(work) }
                }
                if active.room.all == 0 {
                    await active.waitForRoom()
                } else if claimed.isEmpty {
                    await pause()
                }
            }
            await active.waitForEnd()
        } onCancel: {
            active.stop()
        }
    }

    /// Makes due what was put off by a clock that was wrong while no process ran: what no sound clock puts off so far,
    /// and everything when the database holds ids of a time to come.
    func begin() async {
        let highest = (try? await database.read { try $0.outboxActivities.highestID() }) ?? 0
        let isAhead = OutboxActivity.ID(rawValue: highest).issuedAt > clock.now()
        await pullIn(later: isAhead ? clock.now() : clock.now() + .hours(25))
    }

    private func pause() async {
        _ = await database.waitForWake(.deliveries, timeout: settings.poll)
    }

    /// Claims lanes together with their due deliveries.
    func claim(_ room: ActiveLanes.Room) async -> [LaneWork] {
        await lookAtClock()
        let limit = min(room.all, settings.lanesPerClaim)
        guard limit > 0, database.isShownAlive else { return [] }
        let claim = Claim(
            token: "\(owner)-\(claims.next())",
            owner: owner,
            now: clock.now(),
            lease: clock.now() + settings.lease,
            perLane: settings.deliveriesPerLane
        )
        do {
            guard try await database.read({ try $0.lanes.hasDue(now: claim.now) }) else { return [] }
            return try await database.write { db in
                let well = try claim.lanes(failing: false, limit: limit, in: db)
                let failing = try claim.lanes(
                    failing: true,
                    limit: min(room.failing, limit - well.count),
                    in: db
                )
                return try (well + failing).map { try claim.work(on: $0, in: db) }
            }
        } catch {
            logger.error("claiming deliveries failed", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: settings.poll)
            return []
        }
    }

    private func lookAtClock() async {
        guard let jump = watch.look() else { return }
        logger.critical(
            "the clock was set; deliveries are not given up for their age for a day",
            metadata: ["by_seconds": "\(jump.milliseconds / 1_000)"]
        )
        if jump < Span(milliseconds: 0) { await pullIn(later: clock.now()) }
    }

    /// Makes due now what no sound clock has made due so late.
    private func pullIn(later limit: Timestamp) async {
        let (now, lease) = (clock.now(), clock.now() + settings.lease)
        do {
            try await database.write { try $0.deliveries.pullIn(later: limit, to: now, lease: lease) }
        } catch {
            logger.error("making deliveries due failed", metadata: ["error": "\(error)"])
        }
    }
}

/// One claim: what it takes has its token.
private struct Claim {
    let token: String
    let owner: ID<ServingProcess>
    let now: Timestamp
    let lease: Timestamp
    let perLane: Int

    func lanes(failing: Bool, limit: Int, in db: any SQLConnection) throws -> [Lane] {
        guard limit > 0 else { return [] }
        return try db.lanes.claim(
            token: token,
            by: owner,
            failing: failing,
            now: now,
            lease: lease,
            limit: limit
        )
    }

    func work(on lane: Lane, in db: any SQLConnection) throws -> LaneWork {
        LaneWork(
            lane: lane,
            token: token,
            deliveries: lane.isOpen
                ? try db.deliveries.probe(on: lane.host, now: now)
                : try db.deliveries.due(on: lane.host, now: now, limit: perLane),
            // A word that is unknown here is as good as none.
            scheme: try? db.peers.scheme(of: lane.host)
        )
    }
}

/// A claimed lane and what is to be sent on it.
struct LaneWork: Sendable {
    let lane: Lane
    /// What the claim is known by.
    let token: String
    let deliveries: [Delivery]
    /// What the host understands, if it has shown that.
    let scheme: SignatureScheme?
}

/// Numbers the claims of a process.
private final class ClaimNumbers: Sendable {
    private let last = Atomic<UInt64>(0)

    func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
