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
            try await withReaderBlocking { pool in
                let copy = try DatabaseQueue(path: partial.text)
                try pool.backup(to: copy)
                try copy.close()
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
        try await withReader { database in
            let damage = try String.fetchAll(database, sql: "PRAGMA integrity_check(100)").filter {
                $0 != "ok"
            }
            let keys = try Row.fetchAll(
                database,
                sql: "SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check"
            )
            let broken = keys.map { row -> String in
                let (table, parent): (String?, String?) = (row[0], row[1])
                return "\(table ?? "?") refers to rows of \(parent ?? "?") that are missing"
            }
            return Array((damage + broken).prefix(100))
        }
    }

    private func withReaderBlocking(_ body: @escaping @Sendable (DatabasePool) throws -> Void) async throws {
        guard reads.enter() else { throw StorageError.closed }
        defer { reads.leave() }
        let pool = pool
        try await blocking { try body(pool) }
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
