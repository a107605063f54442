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
            self.init(error, systemError: error.systemError(connection))
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
    /// The system's error number behind an I/O error; 0 when it is not known.
    ///
    /// SQLite does not note it for a commit, so after a failed write the log's file is asked. It may answer for an
    /// earlier failure, which does no harm: SQLite writes a failed commit's part of the log anew.
    fileprivate func systemError(_ connection: SQLiteConnection?) -> Int32 {
        guard let connection else { return 0 }
        guard extendedResultCode == .SQLITE_IOERR_WRITE else { return sqlite3_system_errno(connection) }
        var file: UnsafeMutablePointer<sqlite3_file>?
        var number: Int32 = 0
        guard
            sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
                == GRDBSQLite.SQLITE_OK,
            let file, let methods = file.pointee.pMethods,
            methods.pointee.xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number) == GRDBSQLite.SQLITE_OK
        else { return 0 }
        return number
    }

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
            !meansNoRoom(systemError(connection))
        else { return false }
        switch extendedResultCode {
        case .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC, .SQLITE_IOERR_TRUNCATE:
            return true
        default: return committing
        }
    }
}
