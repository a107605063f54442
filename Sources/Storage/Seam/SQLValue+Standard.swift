/// How the standard library's types are stored. Reading is exact: nothing is converted, rounded or cut off.
extension SQLValue: SQLConvertible, SQLDecodable {
    /// The value itself.
    public var sqlValue: SQLValue { self }
    /// Takes the value as it is.
    public init(sqlValue: SQLValue) throws(StorageError) { self = sqlValue }
}

extension Int64: SQLConvertible, SQLDecodable {
    /// An integer.
    public var sqlValue: SQLValue { .integer(self) }
    /// Reads an integer.
    public init(sqlValue: SQLValue) throws(StorageError) {
        guard case .integer(let number) = sqlValue else { throw sqlValue.mismatch("an integer") }
        self = number
    }
}

extension Int: SQLConvertible, SQLDecodable {
    /// An integer.
    public var sqlValue: SQLValue { .integer(Int64(self)) }
    /// Reads an integer that fits.
    public init(sqlValue: SQLValue) throws(StorageError) {
        guard let number = Int(exactly: try Int64(sqlValue: sqlValue)) else {
            throw .decode(column: "", reason: "the integer is out of range")
        }
        self = number
    }
}

extension Bool: SQLConvertible, SQLDecodable {
    /// 0 or 1.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }
    /// Reads 0 or 1; any other integer is a damaged row.
    public init(sqlValue: SQLValue) throws(StorageError) {
        switch sqlValue {
        case .integer(0): self = false
        case .integer(1): self = true
        default: throw .decode(column: "", reason: "expected 0 or 1, found \(sqlValue.kind)")
        }
    }
}

extension Double: SQLConvertible, SQLDecodable {
    /// A real number.
    public var sqlValue: SQLValue { .real(self) }
    /// Reads a real number, or an integer that a Double holds exactly.
    public init(sqlValue: SQLValue) throws(StorageError) {
        switch sqlValue {
        case .real(let number): self = number
        case .integer(let number):
            guard let exact = Double(exactly: number) else { throw sqlValue.mismatch("a real number") }
            self = exact
        default: throw sqlValue.mismatch("a real number")
        }
    }
}

extension String: SQLConvertible, SQLDecodable {
    /// Text, byte for byte.
    public var sqlValue: SQLValue { .text(self) }
    /// Reads text.
    public init(sqlValue: SQLValue) throws(StorageError) {
        guard case .text(let text) = sqlValue else { throw sqlValue.mismatch("text") }
        self = text
    }
}

extension Array: SQLConvertible where Element == UInt8 {
    /// A blob; an empty one is not NULL.
    public var sqlValue: SQLValue { .blob(self) }
}

extension Array: SQLDecodable where Element == UInt8 {
    /// Reads a blob.
    public init(sqlValue: SQLValue) throws(StorageError) {
        guard case .blob(let bytes) = sqlValue else { throw sqlValue.mismatch("a blob") }
        self = bytes
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    /// NULL for nil.
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    /// Reads nil from NULL.
    public init(sqlValue: SQLValue) throws(StorageError) {
        if case .null = sqlValue {
            self = nil
        } else {
            self = try Wrapped(sqlValue: sqlValue)
        }
    }
}
