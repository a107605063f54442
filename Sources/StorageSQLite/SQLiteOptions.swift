public import Storage

/// How a database file is opened.
///
/// The defaults are for `serve`; commands take them as well, with a smaller `readers`.
public struct SQLiteOptions: Sendable {
    /// Creates the file, readable by its owner only, when there is none; otherwise a missing file is an error.
    public var createsFile = true

    /// Refuses, with nothing changed, a file that has had a later migration than this; nil does not look.
    ///
    /// Opening alone changes a file's bytes (the journal mode, the log), so the migrator's own check is too late
    /// for that.
    public var newestKnownSchema: Int?

    /// How many reads run side by side, at least 1.
    public var readers = 4

    /// How long a read may take.
    ///
    /// Longer ones are stopped, because the log cannot shrink while they last.
    public var readTimeLimit: Duration = .seconds(10)

    /// How long a transaction waits for another process's one.
    public var busyTimeout: Duration = .seconds(5)

    /// How many waiting writes share one commit at most, at least 1.
    public var writesPerCommit = 64

    /// Each connection's page cache in KiB.
    public var cacheKiB = 2048

    /// Pages in the log at which a commit moves them into the file.
    public var checkpointPages = 1000

    /// Size in bytes to which the log is cut back, and above which readers are waited for to do so.
    public var logLimit = 64 << 20

    /// Called once, on the writer's queue, when a device error has ended writing: the server should stop.
    public var onPoison: (@Sendable (StorageError) -> Void)?

    /// Takes the defaults.
    public init() {}
}
