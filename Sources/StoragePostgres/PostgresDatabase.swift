public import Storage

/// A PostgreSQL database, which any number of processes share.
///
/// In reading order: `PostgresDatabase` is the seam's face, `SessionPool` lends connections, `SessionSlot` keeps one on
/// its own queue, `PostgresSession` is libpq's connection, `PostgresTransaction` runs a closure's statements,
/// `PostgresValue` encodes values, `ServerError` judges errors, `ConnectionAdvice` says what to do about a server that
/// cannot be reached, `WakeLine` wakes other processes and shows them that this one lives. It knows no table of ours but
/// `schema_version`.
///
/// **Writes are READ COMMITTED.** Each statement sees what others have committed before it, and a statement that changes
/// a row waits for whoever is changing it and then looks at the row again. The stores need no more, because each of
/// their rules is kept by one statement or by a row that is locked first:
/// - an insert that may come twice says `ON CONFLICT`, and the second waits for the first;
/// - a state is changed with its condition in the same UPDATE (`... WHERE state = 'kept'`), whose rows say who won, and
///   that mark is the first statement of the transaction that depends on it;
/// - a claim repeats its condition on the row that it locks, and claims that depend on other rows take turns
///   (`received_turn`);
/// - what one actor or one host has to keep in order belongs to the process that holds the lease.
///
/// SERIALIZABLE would need none of this, but while tables are small, every two writes share a page of some index, and
/// most of those side by side would be run twice.
public final class PostgresDatabase: SQLDatabase {
    /// PostgreSQL's dialect.
    public let dialect = Dialect.postgres
    /// Where it is, without the password.
    public let address: PostgresAddress

    let pool: SessionPool
    let line: WakeLine
    private let options: PostgresOptions

    private init(_ address: PostgresAddress, _ options: PostgresOptions) {
        self.address = address
        self.options = options
        pool = SessionPool(address, options)
        line = WakeLine(address, options)
    }

    /// Connects to a database and makes sure that it can be used.
    ///
    /// - Throws: `StorageError.unavailable`, with what to do, when it cannot be reached, is too old, is a standby, or
    ///   could lose what it has committed; `newerSchema` when it is from a newer program.
    public static func open(
        _ address: PostgresAddress,
        options: PostgresOptions = PostgresOptions()
    ) async throws -> PostgresDatabase {
        let database = PostgresDatabase(address, options)
        do {
            try await database.pool.withSlot { try await $0.connect() }
            try await database.checkSchema()
            return database
        } catch {
            try await database.close()
            throw error
        }
    }

    /// Runs a closure on one unchanging state of the database.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        return try await attempt(.read, body)
    }

    /// Runs a closure in a transaction of its own, again when it was in conflict with another one.
    @discardableResult
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await attempt(.write, body)
    }

    /// Waits for a wake-up from any process; see `SQLDatabase`.
    public func waitForWake(_ topic: WakeTopic, timeout: Duration) async -> Bool {
        line.listen()
        return await line.bell.wait(for: topic, timeout: timeout)
    }

    /// Shows that a process lives, by a lock that the server takes away when its connection ends; see `SQLDatabase`.
    public func showLife(of process: Int64) async throws {
        try await line.showLife(of: process)
    }

    /// Whether the lock of `showLife` is held; see `SQLDatabase`.
    public var isShownAlive: Bool { line.isShownAlive }

    /// Finishes what has begun or waits, sends the last wake-ups, then disconnects.
    public func close() async throws {
        line.bell.close()
        await pool.close()
        await line.close()
    }

    private func attempt<Value: Sendable>(
        _ kind: PostgresSession.Kind,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            do {
                let (value, topics) = try await pool.withSlot { slot in
                    try await slot.run(kind) { session in try session.transaction(body) }
                }
                if kind == .write { line.ring(topics) }
                return value
            } catch let conflict as ConflictError {
                guard attempt < options.attempts else { throw conflict.reason }
                // Some chance, so that two do not meet again. A cancelled task does not wait, but tries.
                let limit = min(5 << attempt, 200)
                try? await Task.sleep(for: .milliseconds(Int.random(in: 1...limit)))
                attempt += 1
            }
        }
    }

    private func checkSchema() async throws {
        guard let known = options.newestKnownSchema else { return }
        let found: Int = try await read { db in
            let table = try db.run("SELECT to_regclass('schema_version') IS NOT NULL AS is_there").first
            guard try table?["is_there"] ?? false else { return 0 }
            return try db.run("SELECT COALESCE(MAX(version), 0) AS version FROM schema_version").first?[
                "version"
            ] ?? 0
        }
        guard found <= known else { throw StorageError.newerSchema(found: found, known: known) }
    }
}
