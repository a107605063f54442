import Storage

/// Values as PostgreSQL's binary format has them: numbers big-endian, text and bytes as they are.
enum PostgresValue {
    /// Object ids of the built-in types that we read and write.
    enum TypeID {
        static let bool: UInt32 = 16
        static let bytea: UInt32 = 17
        static let name: UInt32 = 19
        static let int8: UInt32 = 20
        static let int2: UInt32 = 21
        static let int4: UInt32 = 23
        static let text: UInt32 = 25
        static let float4: UInt32 = 700
        static let float8: UInt32 = 701
        static let varchar: UInt32 = 1043
        static let numeric: UInt32 = 1700
        static let void: UInt32 = 2278
    }

    /// The type that a parameter is declared with; 0 lets the server infer it, for NULL.
    static func type(of value: SQLValue) -> UInt32 {
        switch value {
        case .null: 0
        case .integer: TypeID.int8
        case .real: TypeID.float8
        case .text: TypeID.text
        case .blob: TypeID.bytea
        }
    }

    /// Appends a parameter's bytes.
    ///
    /// - Throws: `StorageError.rejected` for text with a NUL character, which PostgreSQL cannot store.
    static func append(_ value: SQLValue, to bytes: inout [UInt8]) throws(StorageError) {
        switch value {
        case .null: break
        case .integer(let number): append(UInt64(bitPattern: number), to: &bytes)
        case .real(let number): append(number.bitPattern, to: &bytes)
        case .text(let text):
            guard !text.utf8.contains(0) else {
                throw .rejected(reason: "PostgreSQL stores no text with a NUL character")
            }
            bytes += text.utf8
        case .blob(let blob): bytes += blob
        }
    }

    /// Reads a column's value by its type.
    ///
    /// - Throws: `StorageError.decode` for a type that the stores do not use, or a number that does not fit.
    static func read(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(StorageError) -> SQLValue {
        switch (type, bytes.count) {
        case (TypeID.int8, 8): return .integer(Int64(bitPattern: number(bytes)))
        case (TypeID.int4, 4):
            return .integer(Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: number(bytes)))))
        case (TypeID.int2, 2):
            return .integer(Int64(Int16(bitPattern: UInt16(truncatingIfNeeded: number(bytes)))))
        case (TypeID.bool, 1): return .integer(bytes[0] == 0 ? 0 : 1)
        case (TypeID.float8, 8): return .real(Double(bitPattern: number(bytes)))
        case (TypeID.float4, 4):
            return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: number(bytes)))))
        case (TypeID.text, _), (TypeID.varchar, _), (TypeID.name, _):
            return .text(String(decoding: bytes, as: UTF8.self))
        case (TypeID.bytea, _): return .blob(Array(bytes))
        case (TypeID.numeric, _): return .integer(try integer(numeric: bytes))
        case (TypeID.void, _): return .null
        default: throw .decode(column: "", reason: "type \(type) of PostgreSQL is none that we use")
        }
    }

    /// A sum of BIGINT is NUMERIC: digits to the base 10,000, after their count, the first one's weight, the sign and
    /// the scale.
    private static func integer(numeric bytes: UnsafeRawBufferPointer) throws(StorageError) -> Int64 {
        let unfit = StorageError.decode(column: "", reason: "a NUMERIC is no 64-bit integer")
        guard bytes.count >= 8, bytes.count % 2 == 0 else { throw unfit }
        let words = (0..<bytes.count / 2).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        let (count, weight) = (Int(words[0]), Int(Int16(bitPattern: words[1])))
        guard words[2] == 0 || words[2] == 0x4000, words.count == 4 + count, weight < 5 else { throw unfit }
        guard count <= weight + 1 else { throw unfit }
        var sum: Int64 = 0
        // Downwards, so that the lowest number fits too.
        for place in 0..<max(0, weight + 1) {
            let digit = place < count ? Int64(words[4 + place]) : 0
            let (shifted, isTooLong) = sum.multipliedReportingOverflow(by: 10_000)
            let (next, isTooLow) = shifted.subtractingReportingOverflow(digit)
            guard !isTooLong, !isTooLow else { throw unfit }
            sum = next
        }
        if words[2] == 0x4000 { return sum }
        guard sum > .min else { throw unfit }
        return -sum
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
