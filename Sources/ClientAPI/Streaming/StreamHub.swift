import Access
public import Domain
import HTTPTypes
public import Logging
import Server
public import ServiceLifecycle
public import Storage
import Synchronization

/// All open streams of one process, and what feeds them.
///
/// It waits for the wake-up of `streaming`, from any process, reads the events that are new, and puts what they show into
/// the mailboxes of those who may see it. Every second it looks whether the tokens and accounts of all streams still
/// stand; whose do not is cut off.
public final class StreamHub: Service {
    /// How many streams an account may have open in a process.
    static let perAccount = 32

    /// A wake-up that was lost costs no more than this.
    private static let poll = Duration.seconds(1)
    /// Many commits within a moment are read at once.
    private static let pause = Duration.milliseconds(50)
    /// How often the tokens are looked at.
    private static let lookout = Duration.seconds(1)
    /// After how many of those looks everybody gets a sign of life.
    private static let looksPerBeat = 15
    /// For how long events are read again where they may come out of order.
    private static let window = Duration.seconds(5)
    /// For how many connections a transaction looks at an event.
    private static let batch = 100

    private struct State {
        var mailboxes: [ObjectIdentifier: StreamMailbox] = [:]
        /// How far the events are read; nil while nobody listens.
        var cursor: StreamCursor?
        var isStopped = false
    }

    private let database: any SQLDatabase
    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(State())

    /// Makes the hub of a process.
    public init(database: any SQLDatabase, clock: any WallClock = SystemClock(), logger: Logger) {
        self.database = database
        self.clock = clock
        self.logger = logger
    }

    /// How many connections have a stream.
    public var connections: Int { state.withLock { $0.mailboxes.count } }

    /// Lets a connection have what happens from now on.
    ///
    /// - Throws: `Problem`: 429 when its account has too many streams, 503 while stopping; `StorageError`.
    func join(_ mailbox: StreamMailbox) async throws {
        let needsCursor = try state.withLock { state in
            guard !state.isStopped else { throw Problem(.serviceUnavailable, retryAfter: 5) }
            let account = mailbox.caller.account.id
            guard state.mailboxes.values.count(where: { $0.caller.account.id == account }) < Self.perAccount
            else {
                throw Problem(.tooManyRequests, detail: "Too many open streams", retryAfter: 60)
            }
            state.mailboxes[ObjectIdentifier(mailbox)] = mailbox
            return state.cursor == nil
        }
        guard needsCursor else { return }
        do {
            let highest = try await database.read { try $0.streamEvents.highest() }
            let window = database.dialect.numbersOutOfOrder ? Self.window : .zero
            state.withLock { state in
                if state.cursor == nil { state.cursor = StreamCursor(after: highest, window: window) }
            }
        } catch {
            leave(mailbox)
            throw error
        }
    }

    /// Forgets a connection.
    func leave(_ mailbox: StreamMailbox) {
        state.withLock { _ = $0.mailboxes.removeValue(forKey: ObjectIdentifier(mailbox)) }
        mailbox.end(.closed)
    }

    /// Runs until graceful shutdown, then ends all streams.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await self.pump() }
                tasks.addTask { await self.watch() }
            }
        }
        let open = state.withLock { state in
            state.isStopped = true
            defer { state.mailboxes = [:] }
            return Array(state.mailboxes.values)
        }
        for mailbox in open { mailbox.end(.stopping) }
    }

    private func pump() async {
        while !Task.isCancelled {
            _ = await database.waitForWake(.streaming, timeout: Self.poll)
            await attempt { try await self.deliver() }
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func watch() async {
        var looks = 0
        while (try? await Task.sleep(for: Self.lookout)) != nil {
            await attempt { try await self.lookAtTokens() }
            looks = (looks + 1) % Self.looksPerBeat
            guard looks == 0 else { continue }
            for mailbox in listeners { mailbox.offer(.beat) }
        }
    }

    private var listeners: [StreamMailbox] { state.withLock { Array($0.mailboxes.values) } }

    /// Puts what is new into the mailboxes.
    private func deliver() async throws {
        let floor = state.withLock { state -> Int64? in
            if state.mailboxes.isEmpty { state.cursor = nil }
            return state.cursor?.floor
        }
        guard let floor else { return }
        let events = try await database.read {
            try $0.streamEvents.find(after: floor, limit: Int(StreamEventStore.kept))
        }
        let new = state.withLock { $0.cursor?.take(events, at: clock.uptime()) ?? [] }
        for event in new { await attempt { try await self.show(event) } }
    }

    private func show(_ event: StreamEvent) async throws {
        let now = clock.now()
        var rest = listeners[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(Self.batch))
            rest = rest.dropFirst(some.count)
            let sent = try await database.read { db in
                try StreamRenderer(db: db, now: now).messages(for: event, to: some)
            }
            for (mailbox, message) in sent { mailbox.offer(message) }
        }
    }

    /// Cuts off those whose tokens have ended, or whose accounts cannot act.
    private func lookAtTokens() async throws {
        let open = listeners
        guard !open.isEmpty else { return }
        let tokens = AccessTokens(database: database, clock: clock)
        let standing = try await tokens.standing(Set(open.map(\.tokenHash)))
        for mailbox in open where !standing.contains(mailbox.tokenHash) { mailbox.end(.revoked) }
    }

    private func attempt(_ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            // The hub is being stopped.
        } catch {
            // Those who listen miss something; what they read anew has it.
            logger.warning("streams missed something", metadata: ["error": "\(error)"])
        }
    }
}
