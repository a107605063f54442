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
    /// The copy is durable when this returns; it appears under its name only when it is complete. The log grows
    /// meanwhile.
    /// - Throws: `StorageError.unavailable` when there is a file of that name already, or it cannot be written;
    ///   `StorageError.full` when there is no room for it.
    public func backup(to path: String) async throws {
        let target = try DatabasePath(path)
        guard target.size() == nil else {
            throw StorageError.unavailable(reason: "\(target.text) is there already")
        }
        let partial = try DatabasePath(target.text + ".partial")
        for suffix in ["", "-journal"] { unlink(partial.text + suffix) }
        do {
            try partial.createFile()
            try await withReader(isLimited: false) { pool in
                try await blocking {
                    let copy = try DatabaseQueue(path: partial.text)
                    try pool.backup(to: copy)
                    try copy.close()
                }
            }
            try Self.move(partial, to: target)
        } catch {
            unlink(partial.text)
            throw StorageError(error)
        }
    }

    /// Reads the whole file and names what is wrong with it: damaged pages and indexes, broken foreign keys.
    ///
    /// - Returns: at most 100 lines for operators, none for a sound file. Takes as long as reading the file.
    public func integrityProblems() async throws -> [String] {
        try await withReader(isLimited: false) { pool in
            try await pool.read { database in
                let damage = try Self.problems(database) { database in
                    try String.fetchAll(database, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
                }
                let keys = try Self.problems(database) { database in
                    let check = "SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check"
                    return try Row.fetchAll(database, sql: check).map { row in
                        let (table, parent): (String?, String?) = (row[0], row[1])
                        return "\(table ?? "?") refers to rows of \(parent ?? "?") that are missing"
                    }
                }
                return Array((damage + keys).prefix(100))
            }
        }
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
