import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Keeps the log beside the database file within bounds.
///
/// SQLite checkpoints by itself, but starts the log over only at an instant when nobody reads from it, and a
/// checkpoint that waits for such an instant starves: new readers take the places of those it waits for. So above
/// the limit new reads are held back until the running ones have ended, which their time limit makes sure of; writes
/// go on meanwhile.
final class WriteAheadLog: Sendable {
    private let pool: DatabasePool
    private let reads: ReadGate
    private let path: DatabasePath
    private let limit: Int64
    private let busyTimeout: Duration
    /// Uptime in nanoseconds before which no further attempt is made.
    private let nextAttempt = Mutex<UInt64>(0)

    private static let pause: UInt64 = 10_000_000_000
    /// How long the writer stands still for another process's readers, in milliseconds.
    private static let patience: Int32 = 100

    init(pool: DatabasePool, reads: ReadGate, path: DatabasePath, options: SQLiteOptions) {
        self.pool = pool
        self.reads = reads
        self.path = path
        limit = Int64(max(0, options.logLimit))
        busyTimeout = options.busyTimeout
    }

    /// The log's size in bytes.
    var size: Int64 { path.size(suffix: "-wal") ?? 0 }

    /// Has the log emptied when it is too large; called after each commit.
    ///
    /// A failure changes nothing: the data is in the log, and the next attempt comes ten seconds later.
    func limitSize() {
        guard size > limit else { return }
        let now = DispatchTime.now().uptimeNanoseconds
        let isDue = nextAttempt.withLock { next in
            guard now >= next else { return false }
            next = now &+ Self.pause
            return true
        }
        guard isDue else { return }
        reads.drain { [self] in
            pool.asyncWriteWithoutTransaction { database in
                self.empty(database)
                self.reads.reopen()
            }
        }
    }

    private func empty(_ database: Database) {
        guard let connection = database.sqliteConnection else { return }
        sqlite3_busy_timeout(connection, Self.patience)
        defer { sqlite3_busy_timeout(connection, busyTimeout.milliseconds) }
        if (try? database.checkpoint(.truncate)) != nil { nextAttempt.withLock { $0 = 0 } }
    }
}

extension Duration {
    /// Whole milliseconds, as far as SQLite can take them.
    var milliseconds: Int32 { Int32(clamping: Int64(self / .milliseconds(1))) }
}
