import CLibPQ
import Dispatch
import Storage
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Carries wake-ups between processes with LISTEN and NOTIFY, on a connection and a queue of its own; the same
/// connection shows that the process lives.
///
/// It does so by holding an advisory lock on the process's number, which the server takes away at the instant when the
/// connection ends: with `kill -9` at once, with a power cut when keep-alive probes stay without an answer.
///
/// NOTIFY is sent after the commit and not in its transaction: the server would let only one transaction that
/// notifies commit at a time. So a crash in between loses wake-ups; whoever waits also polls. Many wake-ups within a
/// few milliseconds are sent as one.
final class WakeLine: @unchecked Sendable {
    private let queue = DispatchQueue(label: "staffroom.postgres.wake")
    private let address: PostgresAddress
    private let options: PostgresOptions
    let bell = WakeBell()

    // Used on `queue` only.
    private var session: PostgresSession?
    private var source: (any DispatchSourceRead)?
    /// What the source watches.
    private var descriptor: Int32 = -1
    private var unsent: Set<WakeTopic> = []
    private var isListening = false
    private var isSending = false
    private var isClosed = false
    /// The number to hold.
    private var number: Int64?

    private let isHeld = Atomic(true)

    private static let channel = "staffroom"
    private static let gathering = DispatchTimeInterval.milliseconds(10)
    private static let beforeReconnecting = DispatchTimeInterval.seconds(1)
    private static let afterLoss = DispatchTimeInterval.milliseconds(100)

    init(_ address: PostgresAddress, _ options: PostgresOptions) {
        self.address = address
        self.options = options
    }

    /// Begins to listen, if that has not begun; only processes that wait for something do.
    func listen() {
        queue.async {
            guard !self.isListening else { return }
            self.isListening = true
            self.connect()
        }
    }

    /// Holds a number until the end, and listens, too; returns when it is held.
    ///
    /// - Throws: `StorageError` when the server cannot be reached.
    func showLife(of number: Int64) async throws {
        isHeld.store(false, ordering: .sequentiallyConsistent)
        while true {
            try await withCheckedThrowingContinuation { continuation in
                queue.async {
                    self.number = number
                    self.isListening = true
                    continuation.resume(with: Result { try self.establish() })
                }
            }
            if isShownAlive { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Whether the number is held, or there is none to hold.
    var isShownAlive: Bool { isHeld.load(ordering: .sequentiallyConsistent) }

    /// Wakes those who wait in this process now, and those in others soon.
    func ring(_ topics: Set<WakeTopic>) {
        guard !topics.isEmpty else { return }
        bell.ring(topics)
        queue.async {
            self.unsent.formUnion(topics)
            guard !self.isSending else { return }
            self.isSending = true
            self.queue.asyncAfter(deadline: .now() + Self.gathering) { self.send() }
        }
    }

    /// Sends what is unsent, ends every wait and disconnects.
    func close() async {
        bell.close()
        await withCheckedContinuation { continuation in
            queue.async {
                self.send()
                self.isClosed = true
                self.disconnect()
                continuation.resume()
            }
        }
    }

    private func send() {
        isSending = false
        guard !isClosed, !unsent.isEmpty else { return }
        defer { unsent = [] }
        // Who listens is connected anew by `connect`.
        if session == nil, !isListening { session = try? PostgresSession.connect(address, options) }
        for topic in unsent {
            // Lost with the connection: whoever waits polls.
            _ = try? session?.run("SELECT pg_notify($1, $2)", [.text(Self.channel), .text(topic.rawValue)])
        }
        receive()
    }

    private func connect() {
        guard !isClosed else { return }
        do {
            try establish()
        } catch {
            queue.asyncAfter(deadline: .now() + Self.beforeReconnecting) { self.connect() }
        }
    }

    /// Connects if need be, listens and takes the number.
    private func establish() throws(StorageError) {
        guard !isClosed else { throw .closed }
        do throws(StorageError) {
            if source == nil {
                let session: PostgresSession
                if let kept = self.session {
                    session = kept
                } else {
                    session = try PostgresSession.connect(address, options)
                }
                self.session = session
                try session.command("LISTEN \(Self.channel)")
                try watch(session)
            }
            try takeNumber()
        } catch {
            disconnect()
            throw error
        }
    }

    /// Takes the number, or tries again soon: the server may not have noticed yet that the last connection has ended, or
    /// somebody is taking over this process's work right now.
    private func takeNumber() throws(StorageError) {
        guard let number, let session, !isShownAlive else { return }
        // Limits for the server, so that it notices when the machine is gone.
        let row = try session.run(
            """
            SELECT set_config('tcp_keepalives_idle', '10', false) AS a, set_config('tcp_keepalives_interval', '5', false) AS b,
                set_config('tcp_keepalives_count', '3', false) AS c, pg_try_advisory_lock($1) AS is_ours
            """,
            [.integer(number)]
        ).first
        let isOurs: Bool? = try row?["is_ours"]
        if isOurs == true {
            isHeld.store(true, ordering: .sequentiallyConsistent)
        } else {
            queue.asyncAfter(deadline: .now() + Self.afterLoss) { if self.session != nil { self.connect() } }
        }
    }

    private func watch(_ session: PostgresSession) throws(StorageError) {
        // A descriptor of its own: libpq closes its one when the connection is lost, and the next connection could get
        // the same number while the source still stands for the old one.
        let descriptor = dup(PQsocket(session.connection))
        guard descriptor >= 0 else { throw .unavailable(reason: "no more files can be opened") }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { [weak self] in self?.receive() }
        source.setCancelHandler { closeFile(descriptor) }
        self.source = source
        self.descriptor = descriptor
        source.activate()
        lookAfter(descriptor)
    }

    /// Rings for what other processes have sent; a lost connection is made anew.
    private func receive() {
        guard let session else { return }
        let isThere = PQconsumeInput(session.connection) == 1 && !session.isBroken && !hasEnded
        var topics: Set<WakeTopic> = []
        while let notice = PQnotifies(session.connection) {
            // Our own wake-ups have been rung.
            if notice.pointee.be_pid != PQbackendPID(session.connection) {
                if let topic = WakeTopic(rawValue: String(cString: notice.pointee.extra)) {
                    topics.insert(topic)
                }
            }
            PQfreemem(notice)
        }
        bell.ring(topics)
        guard !isThere else { return }
        disconnect()
        // What was sent meanwhile is lost: let everybody look.
        bell.ring(Set(WakeTopic.allCases))
        if isListening { queue.asyncAfter(deadline: .now() + Self.afterLoss) { self.connect() } }
    }

    /// Looks once a second whether the connection has ended: the source may tell only of the farewell before that.
    private func lookAfter(_ watched: Int32) {
        queue.asyncAfter(deadline: .now() + Self.beforeReconnecting) { [weak self] in
            guard let self, source != nil, descriptor == watched else { return }
            if hasEnded { receive() } else { lookAfter(watched) }
        }
    }

    /// Whether the server has closed the connection, and everything that it said before has been read.
    private var hasEnded: Bool {
        guard source != nil else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
    }

    private func disconnect() {
        if number != nil { isHeld.store(false, ordering: .sequentiallyConsistent) }
        source?.cancel()
        source = nil
        session = nil
    }
}

/// The system's `close`, whose name the class has for its own.
private func closeFile(_ descriptor: Int32) { close(descriptor) }
