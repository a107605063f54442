public import Domain
public import Logging
public import Peers
public import ServiceLifecycle
public import Storage
import Synchronization

/// Runs errands: fetches in the background what threads and new follows ask for.
///
/// A few at a time, and of one host one at a time, so that a slow one holds up nobody else. What fails for now is tried
/// again twice; what came of it is kept as the reason of a gap.
public struct ErrandRunner: Service {
    private static let poll = Duration.seconds(60)
    private static let lease = Span.minutes(10)
    /// How many run at a time.
    private static let width = 8
    /// How long one waits while another of its host's runs.
    private static let turn = Span.seconds(5)
    /// How long a failed one waits, by how often it was begun.
    private static let waits: [Span] = [.minutes(2), .minutes(30)]
    /// How often one is begun; more often only because processes died or stopped over it.
    private static let maximumAttempts = 6

    private let database: any SQLDatabase
    private let directory: PeerDirectory
    private let ids: IDGenerator
    private let clock: any WallClock
    private let longest: Duration
    private let logger: Logger
    private let hosts = Hosts()

    /// The hosts that are asked now.
    private final class Hosts: Sendable {
        let busy = Mutex<Set<Host>>([])
    }

    /// Makes the runner of one process.
    ///
    /// `longest`: how long one errand may take.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        ids: IDGenerator,
        clock: any WallClock = SystemClock(),
        longest: Duration = .seconds(120),
        logger: Logger
    ) {
        self.database = database
        self.directory = directory
        self.ids = ids
        self.clock = clock
        self.longest = longest
        self.logger = logger
    }

    /// Runs until graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for _ in 0..<Self.width { group.addTask { await work() } }
            }
        }
    }

    private func work() async {
        while !Task.isCancelled {
            while !Task.isCancelled, await proceed() {}
            _ = await database.waitForWake(.errands, timeout: await pause())
        }
    }

    /// Until the next errand is due, of those that wait for their turn or are tried again; nobody wakes for them.
    ///
    /// Never below a second: what is due may wait for a host that is slow.
    private func pause() async -> Duration {
        guard let next = try? await database.read({ try $0.errands.nextDue() }) else { return Self.poll }
        let wait = next.milliseconds - clock.now().milliseconds
        return min(max(.milliseconds(wait), .seconds(1)), Self.poll)
    }

    /// Runs one errand that is due.
    ///
    /// - Returns: false when there was none.
    public func proceed() async -> Bool {
        let now = clock.now()
        do {
            let busy = hosts.busy.withLock { $0 }
            let claimed = try await database.write { db in
                try db.errands.claim(now: now, lease: now + Self.lease, except: busy)
            }
            guard let errand = claimed else { return false }
            // Another worker may have claimed one of the host's between our look and our claim.
            guard hosts.busy.withLock({ $0.insert(errand.uri.host).inserted }) else {
                try await database.write { try $0.errands.release(errand, until: now + Self.turn) }
                return true
            }
            defer { hosts.busy.withLock { _ = $0.remove(errand.uri.host) } }
            try await run(errand)
            return true
        } catch {
            // It is due again when its lease lapses.
            if !Task.isCancelled { logger.warning("an errand failed", metadata: ["error": "\(error)"]) }
            return false
        }
    }

    private func run(_ errand: Errand) async throws {
        guard errand.attempts <= Self.maximumAttempts else { return try await settle(errand, .unreadable) }
        guard let school = try await database.read({ try $0.schools.find(errand.school) }) else {
            return try await settle(errand, nil)
        }
        do {
            let end = try await Deadline.run(within: longest) { try await fetch(errand, for: school) }
            guard let end else { return try await settle(errand, .tooSlow) }
            try await settle(errand, end)
        } catch let end as FetchBudget.Exhausted {
            try await settle(errand, end.reason)
        } catch let refusal as PostRefusal {
            try await settle(errand, ThreadGap.Reason(refusal), isTransient: refusal.isTransient)
        } catch let error as FetchError {
            let refusal = PostRefusal.fetch(error)
            try await settle(errand, ThreadGap.Reason(refusal), isTransient: error.isTransient)
        } catch is ActorError {
            try await settle(errand, .unreadable)
        }
    }

    /// What an errand came to.
    private enum End: Sendable {
        case done(ThreadGap.Reason?)
        /// Upwards it came to a post that cannot be had.
        case stopped(ParentErrand.End)
    }

    private func fetch(_ errand: Errand, for school: School) async throws -> End {
        switch errand.kind {
        case .parent:
            let parents = ParentErrand(
                database: database,
                directory: directory,
                school: school
            )
            return try await parents.run(from: errand.uri).map { .stopped($0) } ?? .done(nil)
        case .replies:
            var replies = RepliesErrand(database, directory, for: school)
            return .done(try await replies.run(errand.uri))
        case .outbox, .featured:
            var account = AccountErrand(database, directory, for: school, ids: ids, clock: clock)
            if errand.kind == .outbox {
                try await account.readOutbox(of: errand.uri)
            } else {
                try await account.readFeatured(of: errand.uri)
            }
            return .done(nil)
        }
    }

    private func settle(_ errand: Errand, _ end: End) async throws {
        switch end {
        case .done(let reason): try await settle(errand, reason)
        case .stopped(let end) where end.uri == errand.uri:
            try await settle(errand, end.reason, isTransient: end.isTransient)
        case .stopped(let end):
            try await settle(errand, nil)
            // Further up: the post there has a reason of its own.
            let higher = Errand(.parent, end.uri, for: errand.school)
            try await settle(higher, end.reason, isTransient: end.isTransient)
        }
    }

    /// Nothing is written when the process stops: the errand is run again when its lease lapses.
    private func settle(_ errand: Errand, _ reason: ThreadGap.Reason?, isTransient: Bool = false) async throws
    {
        try Task.checkCancellation()
        let now = clock.now()
        let wait = Self.waits.dropFirst(max(0, errand.attempts - 1)).first
        let again = isTransient ? wait.map { now + $0 } : nil
        try await database.write { try $0.errands.settle(errand, reason, again: again, at: now) }
        logger.debug(
            "errand",
            metadata: [
                "kind": "\(errand.kind)", "uri": "\(errand.uri)", "reason": "\(reason?.rawValue ?? "-")",
            ]
        )
    }
}
