import GRDB
import GRDBSQLite
import Storage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension StorageError {
    /// Translates what GRDB threw; the connection, if there is one, knows the system's error number.
    init(_ error: any Error, connection: SQLiteConnection? = nil) {
        switch error {
        case let error as StorageError: self = error
        case let error as DatabaseError:
            self.init(error, systemError: connection.map(sqlite3_system_errno) ?? 0)
        default: self = .unavailable(reason: "\(error)")
        }
    }

    private init(_ error: DatabaseError, systemError: Int32) {
        let message = error.message ?? "result code \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .busy
        case .SQLITE_CONSTRAINT: self = .constraint(on: Self.brokenRule(message))
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(reason: message)
        case .SQLITE_INTERRUPT: self = .unavailable(reason: "a statement was stopped: it took too long")
        case .SQLITE_IOERR where error.meansNoRoom(systemError): self = .full
        case .SQLITE_IOERR, .SQLITE_CANTOPEN:
            let system = systemError == 0 ? "" : " (\(DatabasePath.errorText(systemError)))"
            self = .unavailable(reason: "\(message), code \(error.extendedResultCode.rawValue)\(system)")
        case .SQLITE_READONLY where error.extendedResultCode.rawValue == SQLITE_READONLY:
            self = .rejected(reason: "\(message): \(error.sql ?? "")")
        case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_NOMEM, .SQLITE_NOLFS, .SQLITE_AUTH:
            self = .unavailable(reason: message)
        case .SQLITE_MISUSE where message == "Connection is closed": self = .closed
        default: self = .rejected(reason: "\(message): \(error.sql ?? "")")
        }
    }

    /// Takes `account.uri` out of "UNIQUE constraint failed: account.uri".
    private static func brokenRule(_ message: String) -> String {
        guard let range = message.firstRange(of: " failed: ") else { return message }
        return String(message[range.upperBound...])
    }
}

extension DatabaseError {
    /// Whether an I/O error only says that there is no room.
    ///
    /// A failed sync never does, whatever its number: the kernel may have dropped the pages it could not write.
    fileprivate func meansNoRoom(_ systemError: Int32) -> Bool {
        switch extendedResultCode {
        case .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC: false
        case .SQLITE_IOERR_SHMSIZE: systemError != EIO
        default: systemError == ENOSPC || systemError == EDQUOT
        }
    }

    /// Whether it leaves open what is on the disk, so that nothing more may be written.
    ///
    /// A failed read leaves nothing open, and room comes back.
    func isDeviceFault(connection: SQLiteConnection?, committing: Bool) -> Bool {
        guard resultCode == .SQLITE_IOERR, extendedResultCode != .SQLITE_IOERR_NOMEM,
            !meansNoRoom(connection.map(sqlite3_system_errno) ?? 0)
        else { return false }
        switch extendedResultCode {
        case .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC, .SQLITE_IOERR_TRUNCATE:
            return true
        default: return committing
        }
    }
}
