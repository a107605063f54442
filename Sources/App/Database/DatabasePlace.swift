import Storage
import StoragePostgres
import StorageSQLite

/// What the setting `database` says: a file, or the address of a PostgreSQL database.
enum DatabasePlace: Sendable, CustomStringConvertible {
    case file(String)
    case server(PostgresAddress)

    /// Reads the setting, or what an option of a command says.
    ///
    /// - Throws: `StorageError.unavailable` for an address that cannot be read; it is not repeated.
    init(_ text: String) throws(StorageError) {
        self = PostgresAddress.isAddress(text) ? .server(try PostgresAddress(text)) : .file(text)
    }

    /// The place without a password.
    var description: String {
        switch self {
        case .file(let path): path
        case .server(let address): address.description
        }
    }

    /// Whether other processes may serve the same database.
    var isShared: Bool {
        if case .server = self { true } else { false }
    }

    /// Opens the database as it is.
    ///
    /// - Parameters:
    ///   - creating: makes the file when there is none; a database on a server is made by `createdb`.
    ///   - connections: how many transactions run side by side on a server.
    ///   - statementLimit: how long a server may work on one statement.
    ///   - onPoison: called when writing to a file has failed for good.
    /// - Returns: the open database; whoever opened it closes it.
    /// - Throws: `StorageError`, with what to do.
    func open(
        creating: Bool = false,
        connections: Int = 2,
        statementLimit: Duration = .seconds(10),
        onPoison: (@Sendable (StorageError) -> Void)? = nil
    ) async throws -> any SQLDatabase {
        let known = try Migrator.newestVersion(of: Schema.migrations)
        switch self {
        case .file(let path):
            var options = SQLiteOptions()
            options.createsFile = creating
            options.newestKnownSchema = known
            options.onPoison = onPoison
            return try await SQLiteDatabase.open(path: path, options: options)
        case .server(let address):
            var options = PostgresOptions()
            options.connections = connections
            options.statementLimit = statementLimit
            options.newestKnownSchema = known
            return try await PostgresDatabase.open(address, options: options)
        }
    }

    /// Says that this process serves the database, where only one may.
    ///
    /// - Throws: `StorageError.locked`.
    func lock() throws(StorageError) -> SQLiteProcessLock? {
        switch self {
        case .file(let path): try SQLiteProcessLock.acquire(forDatabaseAt: path)
        case .server: nil
        }
    }
}
