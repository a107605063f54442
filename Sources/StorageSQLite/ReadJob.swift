import GRDB
import Storage
import Synchronization

/// One caller's read while it waits and runs, its type of result hidden.
final class ReadJob: Sendable {
    /// Resumes the caller with an error.
    let fail: @Sendable (any Error) -> Void
    private let attempt: @Sendable (Database, ReadDeadline) throws -> Settlement
    private let isCancelled: CancellationFlag

    private typealias Settlement = @Sendable () -> Void

    /// Wraps a closure and the continuation of whoever waits for it.
    init<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value,
        _ isCancelled: CancellationFlag,
        _ continuation: CheckedContinuation<Value, any Error>
    ) {
        self.isCancelled = isCancelled
        attempt = { database, deadline in
            let connection = TransactionConnection(database, .reader(deadline))
            defer { connection.end() }
            let value = try body(connection)
            return { continuation.resume(returning: value) }
        }
        fail = { continuation.resume(throwing: $0) }
    }

    /// Runs the closure on one unchanging state of the database, and resumes the caller.
    func run(_ database: Database, timeLimit: Duration) {
        if isCancelled.isSet { return fail(CancellationError()) }
        let deadline = ReadDeadline(after: timeLimit, isCancelled: isCancelled)
        let settle: Settlement
        do {
            settle = try transaction(database) {
                try deadline.enforce(on: database) { try attempt(database, deadline) }
            }
        } catch {
            return fail(error)
        }
        settle()
    }

    /// A transaction that reads: it sees what was committed when its first statement runs, and nothing later.
    private func transaction(_ database: Database, _ body: () throws -> Settlement) throws -> Settlement {
        defer {
            do {
                try database.cachedStatement(sql: "COMMIT TRANSACTION").execute()
            } catch {
                try? database.rollback()
            }
        }
        try database.cachedStatement(sql: "BEGIN DEFERRED TRANSACTION").execute()
        return try body()
    }
}

/// Says that nobody waits for a read any more.
final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    /// Whether it has been said.
    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Says it.
    func set() { flag.store(true, ordering: .relaxed) }
}
