import CLibPQ
public import Storage

/// Where a PostgreSQL database is: `postgres://user@host:port/name?sslmode=verify-full`.
///
/// libpq reads it, so its parameters, several hosts, `PGPASSFILE` and the `PG*` variables work as they do for `psql`.
/// Only the driver sees the password: the description has none.
public struct PostgresAddress: Sendable, CustomStringConvertible {
    /// The address as it was given, with its password.
    let text: String
    /// The role that is asked for; nil when libpq's default is.
    let user: String?
    /// The database's name, if given.
    let name: String?
    /// User, host, port and name.
    public let description: String

    /// Whether a text means a PostgreSQL database rather than a file.
    public static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// Reads an address.
    ///
    /// - Throws: `StorageError.unavailable` without a word of the address, which may hold a password.
    public init(_ text: String) throws(StorageError) {
        guard Self.isAddress(text), !text.utf8.contains(0), let options = PQconninfoParse(text, nil) else {
            throw .unavailable(
                reason:
                    "its address cannot be read; write postgres://user@host:5432/name, special characters in a password as %40"
            )
        }
        defer { PQconninfoFree(options) }
        self.text = text
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        user = values["user"]
        name = values["dbname"]
        let host = (values["host"] ?? values["hostaddr"] ?? "").replacing("/", with: "%2F")
        let port = values["port"].flatMap { $0.allSatisfy { $0 == "," } ? nil : ":\($0)" } ?? ""
        description =
            "postgres://\(values["user"].map { "\($0)@" } ?? "")\(host)\(port)/\(values["dbname"] ?? "")"
    }
}
