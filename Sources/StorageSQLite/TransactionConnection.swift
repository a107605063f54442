import GRDB
import GRDBSQLite
import Storage

/// The seam's connection over one of GRDB's, for the time of one closure.
final class TransactionConnection: SQLConnection {
    enum Role {
        case reader(ReadDeadline)
        case writer
    }

    let dialect = Dialect.sqlite
    private let database: Database
    private let role: Role
    private var hasEnded = false
    /// What to wake after the commit.
    private(set) var topics: Set<WakeTopic> = []
    /// The last error of a statement.
    private(set) var lastError: StorageError?
    /// The first device fault, also when the closure has swallowed it.
    private(set) var deviceFault: StorageError?

    init(_ database: Database, _ role: Role) {
        self.database = database
        self.role = role
    }

    func run(_ sql: Storage.SQL) throws(StorageError) -> [SQLRow] {
        try checkUse()
        let (text, arguments) = sql.rendered(for: dialect)
        guard !StatementRules.controlsTransactions(text) else {
            throw .rejected(reason: "transactions are begun and ended by the database: \(text)")
        }
        do {
            // The cache never shrinks: lists of every length must not fill it.
            let statement =
                arguments.count <= StatementRules.cachedArguments
                ? try database.cachedStatement(sql: text) : try database.makeStatement(sql: text)
            try statement.bind(arguments)
            return try statement.allRows()
        } catch {
            throw translate(error)
        }
    }

    func wake(_ topic: WakeTopic) { topics.insert(topic) }

    func isGone(_ process: Int64) -> Bool { true }

    /// Ends the closure's use; a closure that kept its connection gets errors from now on.
    func end() { hasEnded = true }

    /// Finds foreign keys that were deferred and are broken still: they would fail everybody's commit.
    func checkDeferredKeys() throws(StorageError) {
        var broken: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(database.sqliteConnection, SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &highest, 0)
        guard broken == 0 else { throw .constraint(on: "FOREIGN KEY constraint failed") }
    }

    private func checkUse() throws(StorageError) {
        if hasEnded { throw .rejected(reason: "a transaction's connection was used after its end") }
        switch role {
        case .reader(let deadline): try deadline.check()
        case .writer:
            // A full disk can make SQLite roll back by itself: what comes now would be committed one by one.
            guard database.isInsideTransaction else {
                throw lastError ?? .unavailable(reason: "SQLite rolled the transaction back")
            }
        }
    }

    private func translate(_ error: any Error) -> StorageError {
        let connection = database.sqliteConnection
        let translated = StorageError(error, connection: connection)
        lastError = translated
        if let error = error as? DatabaseError, error.isDeviceFault(connection: connection, committing: false)
        {
            deviceFault = deviceFault ?? translated
        }
        return translated
    }
}
