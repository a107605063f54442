import Storage

/// What to do when no connection could be made.
///
/// libpq gives no SQLSTATE then, so the server's words decide; what they do not tell apart, such as a server that
/// speaks another language than English, gets the advice for all.
struct ConnectionAdvice {
    private let address: PostgresAddress
    private let message: String

    /// Takes the first line of what libpq said.
    init(_ message: String, at address: PostgresAddress) {
        self.address = address
        self.message = message
    }

    /// The error with the message and the advice; never with the password.
    var error: StorageError { .unavailable(reason: "\(message). \(text)") }

    private var role: String { address.user ?? "ROLE" }

    private var text: String {
        if says("password authentication failed") || says("no password supplied") {
            return
                "Give the role's right password, in the file that PGPASSFILE names (~/.pgpass if none) or in the "
                + "address; \\password \(role) in psql sets a new one"
        }
        if says("role \"") && says("does not exist") { return "Make the role: createuser \(role)" }
        if says("database \"") && says("does not exist") { return "Make the database: \(createDatabase)" }
        if says("too many") || says("remaining connection slots") {
            return "Raise max_connections in postgresql.conf, or lower the setting database-connections"
        }
        if says("starting up") || says("shutting down") || says("recovery") {
            return "It can be used again soon"
        }
        if says("Connection refused") || says("No such file") || says("could not translate host name")
            || says("timeout")
        {
            return "Does PostgreSQL run there, and is the address \(address) right?"
        }
        return
            "Look at the address \(address): does PostgreSQL run there, and are there the role and its database? "
            + "If not: createuser \(role); \(createDatabase)"
    }

    private var createDatabase: String {
        "createdb --owner \(role) --encoding UTF8 --template template0 \(address.name ?? role)"
    }

    private func says(_ words: String) -> Bool { message.contains(words) }
}
