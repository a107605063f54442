import GRDB
import GRDBSQLite
import Storage

/// Parameters and columns by SQLite's own functions: GRDB's cut text off at a NUL character, so that two different
/// ids could become one, and store an empty blob as NULL.
extension Statement {
    /// Binds the arguments, and nothing else is bound any more.
    func bind(_ arguments: [SQLValue]) throws(StorageError) {
        let wanted = sqlite3_bind_parameter_count(sqliteStatement)
        guard Int(wanted) == arguments.count else {
            throw .rejected(reason: "\(wanted) parameters wanted, \(arguments.count) given: \(sql)")
        }
        // Resets the statement and tells GRDB that its arguments are our business.
        setUncheckedArguments(StatementArguments())
        var index: Int32 = 0
        for argument in arguments {
            index += 1
            let code = bind(argument, at: index)
            guard code == SQLITE_OK else {
                throw StorageError(DatabaseError(resultCode: ResultCode(rawValue: code), sql: sql))
            }
        }
    }

    /// Runs the statement to its end.
    func allRows() throws -> [SQLRow] {
        guard columnCount > 0 else {
            try execute()
            return []
        }
        let cursor = try Row.fetchCursor(self)
        var rows: [SQLRow] = []
        var columns: SQLRow.Columns?
        while try cursor.next() != nil {
            // Named after the first step, which compiles again after a change of the schema.
            let shared = columns ?? SQLRow.Columns(names())
            columns = shared
            rows.append(SQLRow(columns: shared, values: values()))
        }
        return rows
    }

    private func names() -> [String] {
        (0..<sqlite3_column_count(sqliteStatement)).map { index in
            sqlite3_column_name(sqliteStatement, index).map { String(cString: $0) } ?? ""
        }
    }

    private func values() -> [SQLValue] {
        (0..<sqlite3_column_count(sqliteStatement)).map { index in
            switch sqlite3_column_type(sqliteStatement, index) {
            case SQLITE_INTEGER: return .integer(sqlite3_column_int64(sqliteStatement, index))
            case SQLITE_FLOAT: return .real(sqlite3_column_double(sqliteStatement, index))
            case SQLITE_TEXT:
                let start = UnsafeRawPointer(sqlite3_column_text(sqliteStatement, index))
                return .text(String(decoding: bytes(from: start, of: index), as: UTF8.self))
            case SQLITE_BLOB:
                return .blob(Array(bytes(from: sqlite3_column_blob(sqliteStatement, index), of: index)))
            default: return .null
            }
        }
    }

    private func bytes(from start: UnsafeRawPointer?, of index: Int32) -> UnsafeRawBufferPointer {
        // After the pointer was asked for: the count is that of its encoding.
        UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(sqliteStatement, index)))
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(sqliteStatement, index)
        case .integer(let number): return sqlite3_bind_int64(sqliteStatement, index, number)
        case .real(let number): return sqlite3_bind_double(sqliteStatement, index, number)
        case .text(var text):
            guard !text.utf8.isEmpty else {
                return sqlite3_bind_text(sqliteStatement, index, "", 0, Self.copied)
            }
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { bytes in
                    sqlite3_bind_text64(
                        sqliteStatement,
                        index,
                        bytes.baseAddress,
                        UInt64(bytes.count),
                        Self.copied,
                        UInt8(SQLITE_UTF8)
                    )
                }
            }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(sqliteStatement, index, 0) }
            return bytes.withUnsafeBytes { bytes in
                sqlite3_bind_blob64(
                    sqliteStatement,
                    index,
                    bytes.baseAddress,
                    UInt64(bytes.count),
                    Self.copied
                )
            }
        }
    }

    /// SQLITE_TRANSIENT: SQLite takes a copy at once.
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
    }
}
