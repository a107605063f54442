public import Domain
public import Logging
public import Peers
public import ServiceLifecycle
public import Storage

/// Claims kept activities and gives them their effect: each actor's in order, many actors side by side.
///
/// Leases are renewed while the process lives. What was in work when a process died is suspected of it, as soon as that
/// is known to be gone or the lease lapses, and run on its own before anything else is claimed. One that fails is tried
/// again later and put aside after ten attempts; it never holds up another actor's.
public struct InboxWorker: Service {
    private let database: any SQLDatabase
    private let applier: ActivityApplier
    private let settings: InboxSettings
    private let clock: any WallClock
    private let logger: Logger
    private let work = WorkInHand()
    private let process: ID<ServingProcess>

    /// Makes the worker of one process.
    ///
    /// `process`: no other on the database has its number.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        ids: IDGenerator,
        settings: InboxSettings = InboxSettings(),
        clock: any WallClock = SystemClock(),
        process: ID<ServingProcess>,
        logger: Logger
    ) {
        self.process = process
        self.database = database
        self.settings = settings
        self.clock = clock
        self.logger = logger
        applier = ActivityApplier(
            database: database,
            dispatcher: ActivityDispatcher(database: database, directory: directory, ids: ids, clock: clock),
            settings: settings,
            process: process,
            clock: clock,
            logger: logger
        )
    }

    /// Runs until graceful shutdown: then claims nothing more, lets no effect be cut short, and gives the rest back.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await loop() }
        let rest = work.ids
        try await database.write { try $0.receivedActivities.release(rest, of: process) }
    }

    private func loop() async {
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask { await watch(signal) }
            group.addTask { await keepLeases() }
            for await _ in signals {
                while !Task.isCancelled, let actors = await claim() {
                    for actor in actors {
                        group.addTask {
                            await run(actor)
                            signal.yield()
                        }
                    }
                }
                // What comes while others are in work is claimed together: each claim looks through what is kept.
                if work.count > 0 { try? await Task.sleep(for: settings.pause) }
            }
        }
    }

    /// Says when there may be something to claim; the end of an actor's turn says so too.
    private func watch(_ signal: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            signal.yield()
            _ = await database.waitForWake(.receivedActivities, timeout: settings.poll)
        }
        signal.finish()
    }

    private func run(_ actor: URI) async {
        while !Task.isCancelled, let next = work.next(of: actor) {
            let isRecorded = await applier.apply(next, isAlone: next.crashes > 0)
            work.end(next, isRecorded: isRecorded)
        }
    }

    /// Claims what there is room for.
    ///
    /// - Returns: the actors to run; nil when nothing can be claimed now.
    private func claim() async -> [URI]? {
        let now = clock.now()
        let lease = now + settings.lease
        let (room, mine) = (settings.inWork - work.count, work.ids)
        guard room > 0, database.isShownAlive else { return nil }
        let limit = min(room, settings.batch)
        do {
            let claimed = try await database.write { db -> [ReceivedActivity] in
                let store = db.receivedActivities
                // A suspect runs on its own: what is in work comes to its end first, and its end calls us again.
                if try store.hasSuspect() {
                    guard mine.isEmpty else { return [] }
                    return [try store.claimSuspect(by: process, lease: lease)].compactMap { $0 }
                }
                guard try store.hasDue(now: now) else { return [] }
                return try store.claim(by: process, now: now, lease: lease, limit: limit)
            }
            return claimed.isEmpty ? nil : work.add(claimed)
        } catch {
            if !Task.isCancelled {
                logger.error("claiming received activities failed", metadata: ["error": "\(error)"])
            }
            return nil
        }
    }

    /// Renews what is in work here, lets go what others have taken over, and notices what was in work at a process that
    /// died.
    private func keepLeases() async {
        let interval = Duration.milliseconds(settings.lease.milliseconds / 4)
        while !Task.isCancelled {
            let (mine, stranded, now) = (work.ids, work.stranded, clock.now())
            let lease = now + settings.lease
            do {
                let kept = try await database.write { db in
                    let store = db.receivedActivities
                    try store.release(stranded, of: process)
                    let kept = try store.renew(mine, of: process, lease: lease, now: now)
                    try store.suspect(lapsedAt: now, except: kept)
                    return kept
                }
                work.forget(stranded)
                work.drop(Set(mine).subtracting(kept))
            } catch {
                logger.error("renewing leases failed", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: interval)
        }
    }
}
