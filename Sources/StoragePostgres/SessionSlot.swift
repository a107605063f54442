import Dispatch
import Storage
import Synchronization

/// One place for a connection: its session lives on the slot's own queue and is made anew when it is lost.
final class SessionSlot: @unchecked Sendable {
    private let queue: DispatchQueue
    private let address: PostgresAddress
    private let options: PostgresOptions
    private let outage: Outage
    /// Used on `queue` only.
    private var session: PostgresSession?

    init(_ number: Int, _ address: PostgresAddress, _ options: PostgresOptions, _ outage: Outage) {
        queue = DispatchQueue(label: "staffroom.postgres.\(number)")
        self.address = address
        self.options = options
        self.outage = outage
    }

    /// Runs a body on the queue with a session in which a transaction has begun.
    ///
    /// A session that turns out to be lost is replaced once: nothing has been asked of it yet.
    func run<Value: Sendable>(
        _ kind: PostgresSession.Kind,
        _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try body(try self.begin(kind)) })
            }
        }
    }

    /// Connects if need be.
    func connect() async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { _ = try self.ready() }) }
        }
    }

    /// Disconnects.
    func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.session = nil
                continuation.resume()
            }
        }
    }

    private func begin(_ kind: PostgresSession.Kind) throws(StorageError) -> PostgresSession {
        let isKept = session != nil
        let session = try ready()
        do {
            try session.command(kind.rawValue)
            return session
        } catch {
            guard isKept, session.isBroken else { throw error }
            let fresh = try ready()
            try fresh.command(kind.rawValue)
            return fresh
        }
    }

    private func ready() throws(StorageError) -> PostgresSession {
        if let session, !session.isBroken, session.isIdle { return session }
        session = nil
        try outage.check()
        do {
            let fresh = try PostgresSession.connect(address, options)
            session = fresh
            return fresh
        } catch {
            outage.note(error)
            throw error
        }
    }
}

/// Remembers for a moment that the server could not be reached, so that those who wait are told at once.
final class Outage: Sendable {
    private let last = Mutex<(until: ContinuousClock.Instant, error: StorageError)?>(nil)
    private static let length = Duration.milliseconds(250)

    /// Throws what another one met a moment ago.
    func check() throws(StorageError) {
        let recent = last.withLock { $0 }
        if let recent, ContinuousClock.now < recent.until { throw recent.error }
    }

    /// Notes that a connection could not be made.
    func note(_ error: StorageError) {
        last.withLock { $0 = (ContinuousClock.now + Self.length, error) }
    }
}
