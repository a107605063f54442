public import Domain
public import Logging
public import Peers
public import ServiceLifecycle
public import Storage
import Synchronization
import Vocabulary

/// Claims kept activities and gives them their effect: each actor's in order, many actors side by side.
///
/// A crash leaves activities kept; their leases lapse and they are claimed again. One that fails is tried again later
/// and put aside after ten attempts; it never holds up another actor's.
public struct InboxWorker: Service {
    private let database: any SQLDatabase
    private let dispatcher: ActivityDispatcher
    private let settings: InboxSettings
    private let clock: any WallClock
    private let logger: Logger

    /// Makes the worker of one process.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        ids: IDGenerator,
        settings: InboxSettings = InboxSettings(),
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.database = database
        self.settings = settings
        self.clock = clock
        self.logger = logger
        dispatcher = ActivityDispatcher(database: database, directory: directory, ids: ids, clock: clock)
    }

    /// Runs until graceful shutdown: then claims nothing more and finishes what is in work.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await work() }
    }

    private func work() async {
        let queues = ActorQueues()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let room = settings.inWork - queues.count
                let claimed = room > 0 ? await claim(min(room, settings.batch)) : []
                for actor in queues.add(claimed) {
                    group.addTask {
                        // Finished even at shutdown: what is claimed is in work.
                        await Task { while let next = queues.next(of: actor) { await apply(next) } }.value
                    }
                }
                if claimed.isEmpty {
                    _ = await database.waitForWake(.receivedActivities, timeout: settings.poll)
                }
            }
        }
    }

    private func claim(_ limit: Int) async -> [ReceivedActivity] {
        let now = clock.now()
        let lease = now + settings.lease
        do {
            guard try await database.read({ try $0.receivedActivities.hasDue(now: now) }) else { return [] }
            return try await database.write { db in
                try db.receivedActivities.claim(now: now, lease: lease, limit: limit)
            }
        } catch {
            logger.error("claiming received activities failed", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: settings.poll)
            return []
        }
    }

    private func apply(_ received: ReceivedActivity) async {
        do {
            try await dispatcher.dispatch(received)
        } catch DispatchError.finishedElsewhere {
            return
        } catch {
            await postpone(received, error)
        }
    }

    private func postpone(_ received: ReceivedActivity, _ error: any Error) async {
        let isLast = received.attempts >= settings.maximumAttempts
        let wait = Span(milliseconds: settings.firstWait.milliseconds << Int64(min(received.attempts, 8) - 1))
        let due = clock.now() + min(wait, .hours(1))
        logger.warning(
            "applying an activity failed",
            metadata: ["activity": "\(received.uri)", "attempt": "\(received.attempts)", "error": "\(error)"]
        )
        do {
            try await database.write { db in
                try db.receivedActivities.postpone(
                    received.id,
                    until: due,
                    quarantine: isLast,
                    reason: "\(error)"
                )
            }
        } catch {
            // The lease lapses and it is claimed again.
            logger.error("postponing an activity failed", metadata: ["error": "\(error)"])
        }
    }
}

/// What is in work, by actor: a new activity of an actor waits behind the earlier ones.
final class ActorQueues: Sendable {
    private let queues = Mutex<[URI: [ReceivedActivity]]>([:])

    /// How many activities wait or run.
    var count: Int { queues.withLock { $0.values.reduce(0) { $0 + max(1, $1.count) } } }

    /// Queues activities, in order.
    ///
    /// - Returns: the actors of which none was in work: the caller runs those.
    func add(_ claimed: [ReceivedActivity]) -> [URI] {
        queues.withLock { queues in
            var idle: [URI] = []
            for received in claimed {
                if queues[received.actor] == nil { idle.append(received.actor) }
                queues[received.actor, default: []].append(received)
            }
            return idle
        }
    }

    /// The actor's next activity; nil ends the actor's turn.
    func next(of actor: URI) -> ReceivedActivity? {
        queues.withLock { queues in
            guard var queue = queues[actor], !queue.isEmpty else {
                queues[actor] = nil
                return nil
            }
            let next = queue.removeFirst()
            queues[actor] = queue
            return next
        }
    }
}
