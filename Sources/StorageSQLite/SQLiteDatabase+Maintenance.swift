import GRDB
import Storage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension SQLiteDatabase {
    /// Copies the database, as it is at one instant, to a new file, while everybody goes on.
    ///
    /// The copy is durable when this returns; it appears under its name only when it is complete, and is one file
    /// without a log beside it. The log of this database grows meanwhile.
    /// - Throws: `StorageError.unavailable` when there is a file of that name already, or it cannot be written;
    ///   `StorageError.full` when there is no room for it.
    public func backup(to path: String) async throws {
        let target = try DatabasePath(path)
        guard target.size() == nil else {
            throw StorageError.unavailable(reason: "\(target.text) is there already")
        }
        let partial = try DatabasePath(target.text + ".partial")
        Self.remove(partial)
        do {
            try partial.createFile()
            try await withReader(isLimited: false) { pool in
                try await blocking {
                    let copy = try DatabaseQueue(path: partial.text)
                    try pool.backup(to: copy)
                    try copy.writeWithoutTransaction(Self.leaveLog)
                    try copy.close()
                }
            }
            try Self.move(partial, to: target)
        } catch {
            Self.remove(partial)
            throw StorageError(error)
        }
    }

    /// Makes a copy, whose header says like its source's that it has a log, a file that is whole by itself.
    private static func leaveLog(_ database: Database) throws {
        // The header is read by the first query; before that, SQLite takes the mode for what is wanted already.
        _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_schema")
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE") ?? ""
        guard mode == "delete" else {
            throw StorageError.unavailable(reason: "the copy stays in journal_mode \(mode)")
        }
    }

    private static func remove(_ file: DatabasePath) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(file.text + suffix) }
    }

    /// Reads a whole copy that nobody writes to, without leaving anything beside it.
    ///
    /// - Parameter path: a file that `backup(to:)` has made.
    /// - Returns: what `integrityProblems()` of the open database would return.
    /// - Throws: `StorageError`, when it cannot be read or is no database.
    public static func integrityProblems(ofCopyAt path: String) async throws -> [String] {
        let path = try DatabasePath(path)
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path.text, configuration: configuration)
            defer { try? queue.close() }
            return try await queue.read(Self.integrityProblems)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return [error.message ?? "the file is damaged"]
        } catch {
            throw StorageError(error)
        }
    }

    /// Reads the whole file and names what is wrong with it: damaged pages and indexes, broken foreign keys.
    ///
    /// - Returns: at most 100 lines for operators, none for a sound file. Takes as long as reading the file.
    public func integrityProblems() async throws -> [String] {
        try await withReader(isLimited: false) { pool in
            try await pool.read(Self.integrityProblems)
        }
    }

    private static func integrityProblems(_ database: Database) throws -> [String] {
        let damage = try problems(database) { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
        }
        let keys = try problems(database) { database in
            let check = "SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check"
            return try Row.fetchAll(database, sql: check).map { row in
                let (table, parent): (String?, String?) = (row[0], row[1])
                return "\(table ?? "?") refers to rows of \(parent ?? "?") that are missing"
            }
        }
        return Array((damage + keys).prefix(100))
    }

    /// Runs a check; damage that it stumbles over is what it has found.
    private static func problems(
        _ database: Database,
        _ check: (Database) throws -> [String]
    ) throws -> [String] {
        do {
            return try check(database)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return [error.message ?? "the file is damaged"]
        }
    }

    /// Renames the finished copy and makes both its bytes and its name durable.
    private static func move(_ partial: DatabasePath, to target: DatabasePath) throws(StorageError) {
        try DatabasePath.sync(partial.text)
        guard rename(partial.text, target.text) == 0 else {
            throw .unavailable(reason: "\(target.text): \(DatabasePath.errorText(errno))")
        }
        try DatabasePath.sync(target.folder)
    }
}
