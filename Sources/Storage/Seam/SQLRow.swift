/// One row of a result: values by column name.
///
///     let id: Account.ID = try row["id"]
public struct SQLRow: Sendable {
    /// The names of a result's columns, shared by its rows.
    public final class Columns: Sendable {
        let names: [String]

        /// Keeps the names in the order of the values; of two equal names, the first is found.
        public init(_ names: [String]) { self.names = names }
    }

    let columns: Columns
    let values: [SQLValue]

    /// Makes a row; a driver calls this with as many values as there are columns.
    public init(columns: Columns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// Reads a column by its name, which is compared exactly.
    ///
    /// - Throws: `StorageError.decode` with the column when there is none or its value has another type.
    public subscript<Value: SQLDecodable>(_ column: String) -> Value {
        get throws(StorageError) {
            guard let index = columns.names.firstIndex(of: column), values.indices.contains(index) else {
                throw .decode(column: column, reason: "the result has no such column")
            }
            do {
                return try Value(sqlValue: values[index])
            } catch .decode(_, let reason) {
                throw .decode(column: column, reason: reason)
            } catch {
                throw error
            }
        }
    }
}
