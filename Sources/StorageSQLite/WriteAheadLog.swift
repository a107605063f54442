import Dispatch
import GRDB
import Synchronization

/// Keeps the log beside the database file within bounds.
///
/// SQLite checkpoints by itself, but starts the log over only at an instant when nobody reads from it; under steady
/// reading that may never come. Above the limit the writer waits for the readers, whose time is limited.
final class WriteAheadLog: Sendable {
    private let path: DatabasePath
    private let limit: Int64
    /// Uptime in nanoseconds before which no further attempt is made.
    private let nextAttempt = Mutex<UInt64>(0)

    private static let pause: UInt64 = 10_000_000_000

    init(path: DatabasePath, limit: Int) {
        self.path = path
        self.limit = Int64(max(0, limit))
    }

    /// The log's size in bytes.
    var size: Int64 { path.size(suffix: "-wal") ?? 0 }

    /// Empties the log when it is too large; the writer calls this between transactions.
    ///
    /// A failure changes nothing: the data is in the log, and the next attempt comes ten seconds later.
    func limit(on database: Database) {
        guard size > limit else { return }
        let now = DispatchTime.now().uptimeNanoseconds
        guard now >= nextAttempt.withLock({ $0 }) else { return }
        if (try? database.checkpoint(.truncate)) == nil {
            nextAttempt.withLock { $0 = now &+ Self.pause }
        }
    }
}
