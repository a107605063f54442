/// The inside of one transaction.
///
/// It ends with the closure it was given to, and is never kept.
public protocol SQLConnection {
    /// The engine's dialect.
    var dialect: Dialect { get }

    /// Runs one statement and gives all its rows.
    ///
    /// Transactions are the database's business: BEGIN, COMMIT, ROLLBACK, SAVEPOINT and the like are refused.
    /// - Throws: `StorageError`. The transaction is lost then, on PostgreSQL at the latest with its commit: the closure
    ///   rethrows. Whoever expects a row to be there already says `ON CONFLICT`.
    @discardableResult
    func run(_ sql: SQL) throws(StorageError) -> [SQLRow]

    /// Wakes whoever waits for a topic, after the transaction is committed; in a read, or when it fails, nobody.
    func wake(_ topic: WakeTopic)

    /// Whether a process is gone: nobody shows that it lives under its number (`SQLDatabase.showLife`), and until this
    /// transaction ends nobody can.
    ///
    /// A file has one server, which holds its lock: every other one is gone.
    func isGone(_ process: Int64) throws(StorageError) -> Bool
}

/// What a transaction can wake others for.
public enum WakeTopic: String, Sendable, CaseIterable {
    /// There are deliveries to send.
    case deliveries
    /// There are received activities to apply.
    case receivedActivities
    /// There are followers to compare with a peer.
    case followerChecks
    /// There are approvals of quotes to look at.
    case quotes
    /// There is something to fetch in the background.
    case errands
    /// There are pages to ask what they are.
    case previews
    /// There is something new to show.
    case streaming
}

/// A database: transactions are synchronous closures, so nobody can await the network while holding one.
public protocol SQLDatabase: Sendable {
    /// The engine's dialect.
    var dialect: Dialect { get }

    /// Runs a closure on one unchanging state of the database, beside other reads and the writer.
    ///
    /// - Throws: what the closure throws, or `StorageError`; `CancellationError` when the task was cancelled.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// Runs a closure in a transaction and returns when that is durable.
    ///
    /// When the closure throws, none of its changes are kept. It may run in one commit together with others', of
    /// which it sees the changes; when that commit fails, everybody in it gets the error. It may run again from the
    /// start when the engine found it in conflict with another one, so it changes nothing but the database. Others
    /// may commit between two of its statements: see `PostgresDatabase`. Cancelling the task does
    /// not stop a write: what was done outside, such as a delivery, must be recorded even while stopping.
    /// - Throws: what the closure throws, or `StorageError`.
    @discardableResult
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// Waits until a committed transaction has woken the topic.
    ///
    /// Everybody who waits is woken. When nobody waits, the next one to wait for the topic returns at once, so that
    /// a worker which looks for work and then waits misses nothing. A write in another process may wake nobody:
    /// the time-out is the interval of the poll for those.
    /// - Returns: true if woken; false after the time-out, or when the task is cancelled or the database is closed.
    func waitForWake(_ topic: WakeTopic, timeout: Duration) async -> Bool

    /// Shows to the other processes on the database that this one lives, under a number of its own: until it
    /// ends, however that is, or closes the database.
    ///
    /// The sign is there when this returns. It is lost with its connection, and made anew.
    /// - Throws: `StorageError`.
    func showLife(of process: Int64) async throws

    /// Whether the sign that `showLife` made stands, or none was asked for.
    ///
    /// While it does not, others may take the process for dead and its work over: it claims nothing then.
    var isShownAlive: Bool { get }

    /// Finishes the transactions that have begun or wait, refuses new ones with `StorageError.closed`, and closes.
    ///
    /// Closing twice is no error.
    func close() async throws
}
