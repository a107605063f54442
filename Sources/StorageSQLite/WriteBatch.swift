import GRDB
import Storage

/// Runs many writes in one transaction; when one of them fails, all again, each in a savepoint of its own.
///
/// Savepoints are left out at first because most batches succeed, and the full-text index writes its words out at each.
struct WriteBatch {
    /// What came of a batch, before anybody is told.
    struct Result {
        /// Tells the callers whose fate is decided.
        var settlements: [WriteJob.Settlement] = []
        /// What to wake.
        var topics: Set<WakeTopic> = []
        /// Those that did not run, because an earlier one took the transaction down.
        var remaining: ArraySlice<WriteJob> = []
        /// How many closures failed.
        var failures = 0
        /// Whether there was a commit.
        var isCommitted = false
        /// After this nothing may be written any more.
        var deviceFault: StorageError?
    }

    let database: Database
    /// Called before COMMIT; tests make it fail.
    let beforeCommit: (@Sendable () throws -> Void)?

    /// Runs the jobs in order; exactly those in `remaining` are not settled by the result.
    ///
    /// A caller whose closure failed is told so only after the commit as well: it may have failed for what an
    /// earlier closure of the batch wrote ("already there"), and that is not true before it is durable.
    func run(_ jobs: ArraySlice<WriteJob>) -> Result {
        run(jobs, apart: false) ?? run(jobs, apart: true) ?? Result()
    }

    /// Runs the jobs; `apart`: each in a savepoint.
    ///
    /// - Returns: nil, with nothing changed, when one failed that was not apart from the others.
    private func run(_ jobs: ArraySlice<WriteJob>, apart: Bool) -> Result? {
        var result = Result()
        do {
            try execute("BEGIN IMMEDIATE TRANSACTION")
        } catch {
            return abort(jobs, with: error, remaining: [], committing: false)
        }
        for index in jobs.indices {
            let job = jobs[index]
            let connection = TransactionConnection(database, .writer)
            switch attempt(job, on: connection, apart: apart) {
            case .succeeded(let settlement):
                result.settlements.append(settlement)
                result.topics.formUnion(connection.topics)
            case .failed where !apart:
                do {
                    try database.rollback()
                    return nil
                } catch {
                    return abort(jobs, with: error, remaining: [], committing: false)
                }
            case .failed(let error):
                result.failures += 1
                result.settlements.append { job.fail(error) }
            case .broken(let error):
                let rest = jobs[(index + 1)...]
                var aborted = abort(jobs[...index], with: error, remaining: rest, committing: false)
                aborted.deviceFault = aborted.deviceFault ?? connection.deviceFault
                return aborted
            }
        }
        do {
            try beforeCommit?()
            try execute("COMMIT TRANSACTION")
        } catch {
            return abort(jobs, with: error, remaining: [], committing: true)
        }
        result.isCommitted = true
        return result
    }

    /// What came of one job.
    private enum Attempt {
        case succeeded(WriteJob.Settlement)
        /// Its changes are undone and everybody else's stay.
        case failed(any Error)
        /// The whole transaction is lost.
        case broken(any Error)
    }

    private func attempt(_ job: WriteJob, on connection: TransactionConnection, apart: Bool) -> Attempt {
        defer { connection.end() }
        do {
            if apart { try execute("SAVEPOINT job") }
            let outcome = outcome(of: job, on: connection)
            if let fault = connection.deviceFault { return .broken(fault) }
            guard database.isInsideTransaction else {
                return .broken(
                    connection.lastError ?? .unavailable(reason: "SQLite rolled the transaction back")
                )
            }
            guard apart else { return outcome }
            if case .failed = outcome { try execute("ROLLBACK TO job") }
            try execute("RELEASE job")
            return outcome
        } catch {
            return .broken(error)
        }
    }

    private func outcome(of job: WriteJob, on connection: TransactionConnection) -> Attempt {
        do {
            let settlement = try job.attempt(connection)
            try connection.checkDeferredKeys()
            return .succeeded(settlement)
        } catch {
            return .failed(error)
        }
    }

    private func execute(_ text: String) throws {
        try database.cachedStatement(sql: text).execute()
    }

    /// Undoes everything and fails the jobs that have run.
    private func abort(
        _ jobs: ArraySlice<WriteJob>,
        with error: any Error,
        remaining: ArraySlice<WriteJob>,
        committing: Bool
    ) -> Result {
        let connection = database.sqliteConnection
        // Read before ROLLBACK changes the system's error number.
        let translated = StorageError(error, connection: connection)
        var fault: StorageError?
        if let error = error as? DatabaseError,
            error.isDeviceFault(connection: connection, committing: committing)
        {
            fault = translated
        }
        if database.isInsideTransaction { try? database.rollback() }
        if database.isInsideTransaction { fault = fault ?? translated }
        var result = Result()
        result.settlements = jobs.map { job in { job.fail(translated) } }
        result.remaining = remaining
        result.failures = jobs.count
        result.deviceFault = fault
        return result
    }
}
