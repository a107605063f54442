/// How a PostgreSQL database is used.
///
/// The defaults are for `serve`; commands take them as well, with fewer `connections`.
public struct PostgresOptions: Sendable {
    /// How many transactions run side by side in this process, at least 1.
    ///
    /// Each is a connection; one more listens for wake-ups.
    public var connections = 8

    /// How many transactions may wait for a connection; more are refused at once.
    public var waiting = 1_000

    /// How long a transaction waits for a connection.
    public var waitLimit: Duration = .seconds(10)

    /// How long the server works on one statement before it gives up.
    public var statementLimit: Duration = .seconds(10)

    /// How long a statement waits for a row that another transaction has locked.
    public var lockLimit: Duration = .seconds(5)

    /// How often a transaction is tried that is in conflict with others, at least 1.
    public var attempts = 10

    /// The oldest major version of the server that all our SQL runs on; older ones are refused.
    public var oldestServer = 15

    /// Refuses, with nothing changed, a database that has had a later migration than this; nil does not look.
    public var newestKnownSchema: Int?

    /// Takes the defaults.
    public init() {}
}
