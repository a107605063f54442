/// One value as a database column holds it.
///
/// Equality is that of the stored bytes: two texts that differ only in their Unicode normalisation are different
/// values, as they are to every engine.
public enum SQLValue: Sendable {
    /// No value.
    case null
    /// A 64-bit number; also ids, Unix milliseconds and 0/1 booleans.
    case integer(Int64)
    /// A floating-point number.
    case real(Double)
    /// UTF-8 text.
    case text(String)
    /// Raw bytes.
    case blob([UInt8])
}

extension SQLValue: Hashable {
    /// Compares kinds and bytes.
    public static func == (left: SQLValue, right: SQLValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.blob(let left), .blob(let right)): left == right
        default: false
        }
    }

    /// Hashes kinds and bytes.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .integer(let number): hasher.combine(number)
        case .real(let number): hasher.combine(number)
        case .text(let text): for byte in text.utf8 { hasher.combine(byte) }
        case .blob(let bytes): hasher.combine(bytes)
        }
    }
}

/// A type whose values can be parameters of SQL.
public protocol SQLConvertible {
    /// Gives the value to store.
    var sqlValue: SQLValue { get }
}

/// A type whose values can be read from a column.
public protocol SQLDecodable {
    /// Reads a stored value.
    ///
    /// - Throws: `StorageError.decode`, its column left empty: `SQLRow` fills that in.
    init(sqlValue: SQLValue) throws(StorageError)
}

extension SQLValue {
    /// Names the kind for messages; never the value itself.
    var kind: String {
        switch self {
        case .null: "NULL"
        case .integer: "an integer"
        case .real: "a real number"
        case .text: "text"
        case .blob: "a blob"
        }
    }

    /// Makes the error for a value of another kind than was asked for.
    func mismatch(_ wanted: String) -> StorageError {
        .decode(column: "", reason: "expected \(wanted), found \(kind)")
    }
}
