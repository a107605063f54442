import CSQLite
import GRDB
import GRDBSQLite
public import Storage

extension SQLiteDatabase {
    /// Opens or creates a database file and makes sure that its commits are durable.
    ///
    /// Blocks the calling thread while it reads the file and replays a crash's log; call it at start.
    /// - Parameters:
    ///   - path: the file; its folder must exist and be writable, because SQLite keeps its log beside the file.
    ///   - options: see `SQLiteOptions`.
    /// - Returns: the open database; whoever opened it closes it.
    /// - Throws: `newerSchema` when the file is from a newer program, `corrupt` when it is no database, both with its
    ///   bytes unchanged; `unavailable` when it cannot be opened or would not be durable; `busy` when another process
    ///   holds it for longer than the busy time-out.
    public static func open(
        path: String,
        options: SQLiteOptions = SQLiteOptions()
    ) async throws(StorageError) -> SQLiteDatabase {
        try await open(path: path, options: options, beforeCommit: nil)
    }

    /// The same, with a function that may make commits fail.
    static func open(
        path: String,
        options: SQLiteOptions,
        beforeCommit: (@Sendable () throws -> Void)?
    ) async throws(StorageError) -> SQLiteDatabase {
        _ = keepsNoMemoryStatistics
        let path = try DatabasePath(path)
        if options.createsFile {
            try path.createFile()
        } else if path.size() == nil {
            throw .unavailable(reason: "there is no database at \(path.text)")
        }
        let end = ContinuousClock.now + options.busyTimeout
        while true {
            do {
                try checkSchema(of: path, options: options)
                let pool = try openPool(path, options)
                return SQLiteDatabase(pool: pool, path: path, options: options, beforeCommit: beforeCommit)
            } catch .busy where ContinuousClock.now < end {
                // Changing the journal mode does not wait by itself while another process opens the file too.
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Set once, before the first connection: readers and the writer would wait for each other at every allocation.
    private static let keepsNoMemoryStatistics =
        staffroom_sqlite_keep_no_memory_statistics() == SQLITE_OK

    private static func openPool(
        _ path: DatabasePath,
        _ options: SQLiteOptions
    ) throws(StorageError) -> DatabasePool {
        do {
            let pool = try DatabasePool(path: path.text, configuration: configuration(options))
            // GRDB sets NORMAL when a pool opens, so this comes after.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try checkDurability(database)
            }
            return pool
        } catch {
            throw StorageError(error)
        }
    }

    private static func configuration(_ options: SQLiteOptions) -> Configuration {
        var configuration = Configuration()
        configuration.label = "staffroom"
        configuration.journalMode = .wal
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(options.busyTimeout / .seconds(1))
        configuration.maximumReaderCount = max(1, options.readers)
        configuration.persistentReadOnlyConnections = true
        // A transaction that cannot even be rolled back must end the writing, not trap.
        configuration.allowsUnsafeTransactions = true
        let pragmas = """
            PRAGMA cache_size = -\(max(64, options.cacheKiB));
            PRAGMA wal_autocheckpoint = \(max(1, options.checkpointPages));
            PRAGMA journal_size_limit = \(max(0, options.logLimit));
            PRAGMA trusted_schema = OFF;
            """
        configuration.prepareDatabase { try $0.execute(sql: pragmas) }
        return configuration
    }

    /// Reads the writer's settings back: a server that would lose what it has acknowledged does not start.
    static func checkDurability(_ database: Database) throws {
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? ""
        let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? -1
        let foreignKeys = try Int.fetchOne(database, sql: "PRAGMA foreign_keys") ?? 0
        guard mode == "wal", synchronous == 2, foreignKeys == 1 else {
            throw StorageError.unavailable(
                reason: "SQLite does not take our settings: journal_mode \(mode), synchronous \(synchronous) "
                    + "(2 is wanted), foreign_keys \(foreignKeys)"
            )
        }
    }

    /// Looks at a file's schema through a connection that cannot write.
    private static func checkSchema(of path: DatabasePath, options: SQLiteOptions) throws(StorageError) {
        guard let known = options.newestKnownSchema, let size = path.size(), size > 0 else { return }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(options.busyTimeout / .seconds(1))
        do {
            let queue = try DatabaseQueue(path: path.text, configuration: configuration)
            defer { try? queue.close() }
            let found = try queue.read { database in
                guard try database.tableExists("schema_version") else { return 0 }
                return try Int.fetchOne(database, sql: "SELECT MAX(version) FROM schema_version") ?? 0
            }
            guard found <= known else { throw StorageError.newerSchema(found: found, known: known) }
        } catch {
            throw StorageError(error)
        }
    }
}
