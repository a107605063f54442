/// Reads rows of a table with commas between its fields, as it comes; memory is that of one row.
///
/// Spec: RFC 4180. A row ends with LF or CR LF; a mark of the byte order at the beginning is passed over.
struct CSVReader {
    /// One row.
    enum Row: Sendable, Equatable {
        /// Its fields.
        case fields([String])
        /// It was longer than a row may be, or has a quote where none may be.
        case unreadable
    }

    private let limit: Int
    private var fields: [[UInt8]] = [[]]
    private var count = 0
    private var isQuoted = false
    private var wasQuoted = false
    private var hasQuote = false
    private var isBad = false
    private var isFirst = true

    /// A row has at most so many bytes.
    init(limit: Int) { self.limit = limit }

    /// Takes the next bytes and gives the rows that end in them.
    mutating func feed(_ bytes: [UInt8]) -> [Row] {
        var rows: [Row] = []
        for byte in bytes { take(byte, &rows) }
        return rows
    }

    /// Gives the last row, when no line end follows it.
    mutating func finish() -> [Row] {
        var rows: [Row] = []
        if isQuoted { isBad = true }
        if count > 0 { end(&rows) }
        return rows
    }

    private mutating func take(_ byte: UInt8, _ rows: inout [Row]) {
        if isQuoted, byte != UInt8(ascii: "\"") { return append(byte) }
        switch byte {
        case UInt8(ascii: "\""):
            if isQuoted {
                (isQuoted, wasQuoted) = (false, true)
            } else if wasQuoted {
                // Two of them stand for one.
                (isQuoted, wasQuoted) = (true, false)
                append(byte)
            } else if fields.last?.isEmpty ?? true, !hasQuote {
                (isQuoted, hasQuote) = (true, true)
                count += 1
            } else {
                isBad = true
            }
        case UInt8(ascii: ","):
            count += 1
            (wasQuoted, hasQuote) = (false, false)
            if fields.count < 16 { fields.append([]) } else { isBad = true }
        case 0x0A: end(&rows)
        case 0x0D: break
        default:
            if wasQuoted { isBad = true }
            append(byte)
        }
    }

    private mutating func append(_ byte: UInt8) {
        count += 1
        guard count <= limit else { return isBad = true }
        fields[fields.count - 1].append(byte)
    }

    private mutating func end(_ rows: inout [Row]) {
        if isFirst, fields[0].starts(with: [0xEF, 0xBB, 0xBF]) { fields[0].removeFirst(3) }
        isFirst = false
        if isBad {
            rows.append(.unreadable)
        } else if count > 0 {
            rows.append(.fields(fields.map { String(decoding: $0, as: UTF8.self) }))
        }
        (fields, count, isQuoted, wasQuoted, hasQuote, isBad) = ([[]], 0, false, false, false, false)
    }
}

/// One row of a table, as it is written.
///
/// Spec: RFC 4180.
func csvRow(_ fields: [String]) -> String {
    let marks: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D]
    return fields.map { field in
        field.utf8.contains(where: marks.contains) ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }.joined(separator: ",") + "\r\n"
}
