import Dispatch
import GRDB
public import Storage
import Synchronization

/// A database in one SQLite file: many readers beside one writer, durable at every commit.
///
/// In reading order: `SQLiteDatabase` is the seam's face, `ReadQueue` has reads run, `WriteQueue` gathers writes,
/// `WriteBatch` runs them in one transaction, `TransactionConnection` runs statements, `Statement+Values` binds and reads their values, `WakeBell`
/// wakes, `SQLiteProcessLock` keeps a second server out. It knows no table of ours but `schema_version`.
public final class SQLiteDatabase: SQLDatabase {
    /// What the writer has done since opening.
    public struct Counters: Sendable, Hashable {
        /// Closures that have run, failed ones included.
        public private(set) var writes = 0
        /// Closures that threw, or whose commit failed.
        public private(set) var failures = 0
        /// Commits that succeeded.
        public private(set) var commits = 0
        /// The most closures in one transaction.
        public private(set) var largestBatch = 0

        mutating func note(writes count: Int, failures: Int, isCommitted: Bool) {
            writes &+= count
            self.failures &+= failures
            commits &+= isCommitted ? 1 : 0
            largestBatch = max(largestBatch, count)
        }
    }

    /// SQLite's dialect.
    public let dialect = Dialect.sqlite
    /// The file's absolute path, symbolic links resolved.
    public let path: String

    let pool: DatabasePool
    let writes: WriteQueue
    let reads: ReadGate
    let bell: WakeBell
    private let log: WriteAheadLog
    private let readers: ReadQueue

    init(
        pool: DatabasePool,
        path: DatabasePath,
        options: SQLiteOptions,
        beforeCommit: (@Sendable () throws -> Void)? = nil
    ) {
        self.path = path.text
        self.pool = pool
        bell = WakeBell()
        reads = ReadGate()
        log = WriteAheadLog(pool: pool, reads: reads, path: path, options: options)
        writes = WriteQueue(pool: pool, bell: bell, log: log, options: options, beforeCommit: beforeCommit)
        readers = ReadQueue(pool: pool, readers: options.readers, timeLimit: options.readTimeLimit)
    }

    /// What the writer has done since opening.
    public var counters: Counters { writes.counters }

    /// Whether a device error has ended writing for good.
    ///
    /// Reads go on. Only a restart helps: after a failed sync nobody knows what is on the disk, and a second one that
    /// succeeds proves nothing.
    public var isPoisoned: Bool { writes.fault != nil }

    /// The size in bytes of the log beside the file.
    public var logSize: Int64 { log.size }

    /// Runs a closure on one unchanging state of the database.
    ///
    /// - Throws: what the closure throws, or `StorageError`: `unavailable` after the time limit, `rejected` for a
    ///   statement that would write; `CancellationError` when the task was cancelled.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        let isCancelled = CancellationFlag()
        return try await withReader(isLimited: true) { _ in
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    readers.submit(ReadJob(body, isCancelled, continuation))
                }
            } onCancel: {
                isCancelled.set()
            }
        }
    }

    /// Runs a closure in a savepoint of the next commit; see `SQLDatabase`.
    @discardableResult
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            writes.submit(WriteJob(body, continuation))
        }
    }

    /// Waits for a wake-up from this process; see `SQLDatabase`.
    public func waitForWake(_ topic: WakeTopic, timeout: Duration) async -> Bool {
        await bell.wait(for: topic, timeout: timeout)
    }

    /// Does nothing: the lock beside the file shows that its only server lives.
    public func showLife(of process: Int64) async throws {}

    /// True: nobody takes the work of a file's only server over.
    public var isShownAlive: Bool { true }

    /// Finishes what has begun or waits, then closes the file; its log is moved into it.
    ///
    /// - Throws: `StorageError` when SQLite cannot close; what was committed is safe all the same.
    public func close() async throws {
        bell.close()
        await writes.finish()
        guard await reads.close() else { return }
        let (pool, isWritable) = (pool, writes.fault == nil)
        try await blocking {
            // Only the last connection to close would do this, and that may be a reader, which cannot.
            if isWritable { _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive) } }
            try pool.close()
        }
    }

    /// Runs a body that reads, with errors translated; only one without a time limit may take long.
    func withReader<Value>(
        isLimited: Bool,
        _ body: (DatabasePool) async throws -> Value
    ) async throws -> Value {
        guard await reads.enter(isLimited: isLimited) else { throw StorageError.closed }
        defer { reads.leave(isLimited: isLimited) }
        do {
            return try await body(pool)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            guard let error = error as? DatabaseError else { throw error }
            throw StorageError(error)
        }
    }

    /// Runs a body that blocks on a queue of its own.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "staffroom.sqlite").async {
                do {
                    continuation.resume(returning: try body())
                } catch {
                    continuation.resume(throwing: StorageError(error))
                }
            }
        }
    }
}
