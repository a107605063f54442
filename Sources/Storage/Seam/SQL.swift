/// A piece of SQL with its parameters.
///
/// It is written as a literal, and a value put into the literal becomes a parameter: `"... WHERE host = \(host)"`.
/// Literal parts are `StaticString`, which exists only in source code, so no text made at run time can become SQL:
/// that is refused by the compiler, not by a check.
public struct SQL: ExpressibleByStringInterpolation, Sendable, Hashable {
    /// The text with `?` for each parameter.
    private(set) var text: String
    /// Where in the text, in UTF-8 bytes, each parameter stands.
    private(set) var positions: [Int]
    /// The parameters, in order.
    private(set) var arguments: [SQLValue]

    /// Takes a literal without parameters.
    public init(stringLiteral value: StaticString) {
        text = value.description
        positions = []
        arguments = []
    }

    /// Takes a literal with parameters.
    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    fileprivate init() { self.init(stringLiteral: "") }

    /// Takes the name of a table or column that was read from the schema, in quotation marks.
    ///
    /// For moving whole tables only; nil unless it is a plain name, of lower-case letters, digits and underscores.
    init?(identifier: String) {
        let isPlain = identifier.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard isPlain, !identifier.isEmpty else { return nil }
        self.init()
        text = "\"\(identifier)\""
    }

    /// Puts one piece behind another, with nothing between.
    public static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.append(right)
        return sum
    }

    /// Compares bytes and parameters.
    public static func == (left: SQL, right: SQL) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8) && left.positions == right.positions
            && left.arguments == right.arguments
    }

    /// Renders the text for an engine; its driver calls this.
    ///
    /// SQLite gets `?`, PostgreSQL `$1`, `$2` and so on. A `?` inside a literal part is left alone.
    public func rendered(for dialect: Dialect) -> (text: String, arguments: [SQLValue]) {
        guard dialect.numbersParameters else { return (text, arguments) }
        let bytes = Array(text.utf8)
        var numbered: [UInt8] = []
        numbered.reserveCapacity(bytes.count + 2 * positions.count)
        var start = 0
        for (index, position) in positions.enumerated() {
            numbered += bytes[start..<position]
            numbered += "$\(index + 1)".utf8
            start = position + 1
        }
        numbered += bytes[start...]
        return (String(decoding: numbered, as: UTF8.self), arguments)
    }

    fileprivate mutating func append(_ literal: StaticString) {
        literal.withUTF8Buffer { text += String(decoding: $0, as: UTF8.self) }
    }

    fileprivate mutating func append(_ value: SQLValue) {
        positions.append(text.utf8.count)
        arguments.append(value)
        text += "?"
    }

    fileprivate mutating func append(_ other: SQL) {
        let offset = text.utf8.count
        text += other.text
        positions += other.positions.map { $0 + offset }
        arguments += other.arguments
    }
}

extension SQL {
    /// Collects the parts of a literal; the compiler calls it.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = SQL()

        /// Starts an empty piece.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.text.reserveCapacity(literalCapacity + interpolationCount)
            sql.arguments.reserveCapacity(interpolationCount)
        }

        /// Adds a part of the literal.
        public mutating func appendLiteral(_ literal: StaticString) { sql.append(literal) }

        /// Adds a value as a parameter.
        public mutating func appendInterpolation(_ value: some SQLConvertible) { sql.append(value.sqlValue) }

        /// Adds a value as a parameter, NULL for nil.
        ///
        /// Without this overload the compiler warns that an optional is interpolated.
        public mutating func appendInterpolation<Value: SQLConvertible>(_ value: Value?) {
            sql.append(value.sqlValue)
        }

        /// Adds a name that stands in the source code.
        mutating func appendInterpolation(literal: StaticString) { sql.append(literal) }

        /// Adds another piece of SQL with its parameters.
        public mutating func appendInterpolation(fragment: SQL) { sql.append(fragment) }

        /// Adds values as parameters with commas between, for `IN (...)`.
        ///
        /// An empty list becomes NULL, so that `IN ()` is legal and matches nothing; `NOT IN (NULL)` matches nothing
        /// as well. Engines take some 32,000 parameters a statement.
        public mutating func appendInterpolation(list: [some SQLConvertible]) {
            if list.isEmpty { sql.append("NULL" as StaticString) }
            for (index, value) in list.enumerated() {
                if index > 0 { sql.append(", " as StaticString) }
                sql.append(value.sqlValue)
            }
        }
    }
}
