import Dispatch
import GRDB
import GRDBSQLite
import Storage

/// The instant at which a read is stopped, unless it is cancelled before.
struct ReadDeadline {
    /// Nanoseconds of the monotonic clock.
    private let end: UInt64
    private let limit: Duration
    private let isCancelled: CancellationFlag

    /// How many steps of SQLite's machine pass between two looks at the clock: well under a millisecond.
    private static let stepsBetweenLooks: Int32 = 10_000

    /// Starts now.
    init(after limit: Duration, isCancelled: CancellationFlag) {
        self.limit = limit
        self.isCancelled = isCancelled
        let (seconds, attoseconds) = limit.components
        let (nanoseconds, overflow) = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let length = overflow ? UInt64.max / 2 : nanoseconds &+ UInt64(clamping: attoseconds / 1_000_000_000)
        let sum = DispatchTime.now().uptimeNanoseconds.addingReportingOverflow(length)
        end = sum.overflow ? UInt64.max : sum.partialValue
    }

    /// Whether it has passed, or nobody waits any more.
    var hasPassed: Bool { isCancelled.isSet || DispatchTime.now().uptimeNanoseconds >= end }

    /// Refuses to begin another statement after it has passed.
    func check() throws(StorageError) {
        if hasPassed { throw .unavailable(reason: "a read took longer than \(limit)") }
    }

    /// Runs a body while SQLite looks at the clock and interrupts whatever statement is running at the deadline.
    func enforce<Value>(on database: Database, _ body: () throws -> Value) rethrows -> Value {
        let connection = database.sqliteConnection
        return try withUnsafePointer(to: self) { deadline in
            sqlite3_progress_handler(
                connection,
                Self.stepsBetweenLooks,
                { $0?.assumingMemoryBound(to: ReadDeadline.self).pointee.hasPassed == true ? 1 : 0 },
                UnsafeMutableRawPointer(mutating: deadline)
            )
            defer { sqlite3_progress_handler(connection, 0, nil, nil) }
            return try body()
        }
    }
}
