import Storage

/// The seam's connection over one session, for the time of one closure.
final class PostgresTransaction: SQLConnection {
    let dialect = Dialect.postgres
    private let session: PostgresSession
    private var hasEnded = false
    /// What to wake after the commit.
    private(set) var topics: Set<WakeTopic> = []
    /// The error that has lost the transaction, also when the closure has swallowed it.
    private(set) var failure: StorageError?
    /// Whether that error says that the transaction may succeed when it is run again.
    private(set) var isConflict = false

    init(_ session: PostgresSession) { self.session = session }

    func run(_ sql: SQL) throws(StorageError) -> [SQLRow] {
        if hasEnded { throw .rejected(reason: "a transaction's connection was used after its end") }
        if let failure { throw failure }
        let (text, arguments) = sql.rendered(for: dialect)
        do throws(StorageError) {
            guard !StatementRules.controlsTransactions(text) else {
                throw StorageError.rejected(
                    reason: "transactions are begun and ended by the database: \(text)"
                )
            }
            return try session.run(text, arguments)
        } catch {
            failure = error
            isConflict = session.lastError?.isConflict ?? false
            throw error
        }
    }

    func wake(_ topic: WakeTopic) { topics.insert(topic) }

    /// The number that `WakeLine` holds while a process lives can be had by nobody else.
    func isGone(_ process: Int64) throws(StorageError) -> Bool {
        try run("SELECT pg_try_advisory_xact_lock(\(process)) AS is_gone").first?["is_gone"] ?? false
    }

    /// Ends the closure's use; a closure that kept its connection gets errors from now on.
    func end() { hasEnded = true }
}

/// The same transaction may succeed when it is run again.
struct ConflictError: Error {
    /// What to say when it does not.
    let reason: StorageError
}

extension PostgresSession {
    /// How a transaction begins.
    enum Kind: String {
        /// One state of the database for all its statements.
        case read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        /// Each statement sees what others have committed before it; see `PostgresDatabase`.
        case write = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
    }

    /// Runs a closure in a transaction that has begun, and commits or undoes it.
    ///
    /// - Returns: what the closure gives and what to wake.
    /// - Throws: `ConflictError`; what the closure throws; `StorageError`. When the connection is lost while
    ///   committing, nobody knows whether the transaction is kept: that is `unavailable`, never success.
    func transaction<Value>(
        _ body: (any SQLConnection) throws -> Value
    ) throws -> (value: Value, topics: Set<WakeTopic>) {
        let transaction = PostgresTransaction(self)
        do {
            let value = try body(transaction)
            transaction.end()
            if let failure = transaction.failure { throw failure }
            try commit()
            return (value, transaction.topics)
        } catch {
            transaction.end()
            rollback()
            if transaction.isConflict { throw ConflictError(reason: transaction.failure ?? .busy) }
            throw error
        }
    }

    private func commit() throws {
        do {
            let tag = try command("COMMIT")
            guard tag == "COMMIT" else {
                throw StorageError.rejected(reason: "the transaction was undone: \(tag)")
            }
        } catch let error as StorageError {
            if isBroken {
                throw StorageError.unavailable(
                    reason: "the connection was lost during a commit; whether it is kept is not known"
                )
            }
            if lastError?.isConflict ?? false, error == .busy { throw ConflictError(reason: error) }
            throw error
        }
    }

    private func rollback() {
        guard !isBroken, !isIdle else { return }
        // When that fails too, the session is found broken or busy and not used again.
        _ = try? command("ROLLBACK")
        if lastError?.isStalePlan ?? false { try? forgetStatements() }
    }
}
