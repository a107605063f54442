import CLibPQ
import Storage

/// One connection of libpq with its prepared statements; it stays on the queue of whoever made it.
final class PostgresSession {
    /// The connection; closed with the session.
    let connection: OpaquePointer
    private var prepared: [Key: String] = [:]
    /// Least recently prepared first.
    private var order: [Key] = []
    private var serial: UInt64 = 0
    /// The last error that the server gave.
    private(set) var lastError: ServerError?

    /// A statement: the same text with parameters of other types is another one.
    private struct Key: Hashable {
        let text: String
        let types: [UInt32]
    }

    private static let capacity = 256

    init(_ connection: OpaquePointer) { self.connection = connection }

    deinit { PQfinish(connection) }

    /// Whether nothing can be asked any more: the server is gone or the network is.
    var isBroken: Bool { PQstatus(connection) != CONNECTION_OK }

    /// Whether it is between transactions.
    var isIdle: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }

    /// Runs one statement, prepared before or now, with parameters in binary.
    func run(_ text: String, _ arguments: [SQLValue] = []) throws(StorageError) -> [SQLRow] {
        let parameters = try Parameters(arguments)
        let name =
            arguments.count <= StatementRules.cachedArguments ? try prepare(text, parameters.types) : nil
        let result = parameters.withPointers { values, lengths, formats in
            if let name {
                return PQexecPrepared(connection, name, parameters.count, values, lengths, formats, 1)
            }
            return PQexecParams(
                connection,
                text,
                parameters.count,
                parameters.types,
                values,
                lengths,
                formats,
                1
            )
        }
        defer { PQclear(result) }
        return try ResultRows(try checked(result, text)).rows()
    }

    /// Runs a command of the driver's own, such as BEGIN; gives its tag.
    @discardableResult
    func command(_ text: String) throws(StorageError) -> String {
        let result = PQexec(connection, text)
        defer { PQclear(result) }
        return PQcmdStatus(try checked(result, text)).map { String(cString: $0) } ?? ""
    }

    /// Forgets every prepared statement; between transactions, after the schema has changed.
    func forgetStatements() throws(StorageError) {
        prepared = [:]
        order = []
        try command("DEALLOCATE ALL")
    }

    private func prepare(_ text: String, _ types: [UInt32]) throws(StorageError) -> String {
        let key = Key(text: text, types: types)
        if let name = prepared[key] { return name }
        if order.count >= Self.capacity, let oldest = prepared.removeValue(forKey: order.removeFirst()) {
            try command("DEALLOCATE \(oldest)")
        }
        serial += 1
        let name = "s\(serial)"
        let result = PQprepare(connection, name, text, Int32(types.count), types)
        defer { PQclear(result) }
        _ = try checked(result, text)
        prepared[key] = name
        order.append(key)
        return name
    }

    private func checked(_ result: OpaquePointer?, _ text: String) throws(StorageError) -> OpaquePointer {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            if let result { return result }
        case PGRES_EMPTY_QUERY: throw .rejected(reason: "the statement is empty")
        default: break
        }
        let error = ServerError(result, connection: connection, statement: text)
        lastError = error
        throw error.meaning
    }
}

/// A statement's parameters in one piece of memory.
private struct Parameters {
    let types: [UInt32]
    private var bytes: [UInt8] = []
    private var ranges: [Range<Int>?] = []

    init(_ values: [SQLValue]) throws(StorageError) {
        types = values.map(PostgresValue.type(of:))
        for value in values {
            let start = bytes.count
            try PostgresValue.append(value, to: &bytes)
            ranges.append(value == .null ? nil : start..<bytes.count)
        }
        // So that an empty value at the end has an address, too: without one it would be NULL.
        bytes.append(0)
    }

    var count: Int32 { Int32(clamping: ranges.count) }

    func withPointers<Value>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
    ) -> Value {
        bytes.withUnsafeBytes { bytes in
            let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            let values = ranges.map { range in range.flatMap { range in start.map { $0 + range.lowerBound } }
            }
            let lengths = ranges.map { Int32(clamping: $0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: ranges.count)
            return body(values, lengths, formats)
        }
    }
}

/// Reads a result that was asked for in binary.
private struct ResultRows {
    let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    func rows() throws(StorageError) -> [SQLRow] {
        let width = PQnfields(result)
        let names = (0..<width).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        let types = (0..<width).map { PQftype(result, $0) }
        let columns = SQLRow.Columns(names)
        var rows: [SQLRow] = []
        for row in 0..<PQntuples(result) {
            var values: [SQLValue] = []
            for (column, type) in zip(0..<width, types) {
                if PQgetisnull(result, row, column) == 1 {
                    values.append(.null)
                } else {
                    let bytes = UnsafeRawBufferPointer(
                        start: PQgetvalue(result, row, column),
                        count: Int(PQgetlength(result, row, column))
                    )
                    values.append(try value(bytes, type, names[Int(column)]))
                }
            }
            rows.append(SQLRow(columns: columns, values: values))
        }
        return rows
    }

    private func value(_ bytes: UnsafeRawBufferPointer, _ type: UInt32, _ name: String) throws(StorageError)
        -> SQLValue
    {
        do {
            return try PostgresValue.read(bytes, type: type)
        } catch .decode(_, let reason) {
            throw .decode(column: name, reason: reason)
        } catch {
            throw error
        }
    }
}
