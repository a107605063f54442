import CLibPQ
import Storage

/// What the server answered instead of doing what it was asked.
struct ServerError {
    /// The five characters of SQLSTATE; empty when there was no answer.
    let state: String
    /// The server's first line.
    let message: String
    /// The broken constraint, or the table and column.
    let rule: String
    /// What to say about it.
    let meaning: StorageError

    /// Takes a failed result apart.
    ///
    /// The detail is left out: it quotes stored values.
    init(_ result: OpaquePointer?, connection: OpaquePointer, statement: String) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue else { return nil }
            return PQresultErrorField(result, Int32(ascii)).map { String(cString: $0) }
        }
        state = field("C") ?? ""
        message = field("M") ?? Self.firstLine(PQerrorMessage(connection))
        let place = [field("t"), field("c")].compactMap(\.self).joined(separator: ".")
        rule = field("n") ?? (place.isEmpty ? message : place)
        meaning = Self.meaning(state, message, rule, statement)
    }

    /// Whether the same transaction may succeed when it is run again at once.
    var isConflict: Bool { state == "40001" || state == "40P01" || isStalePlan }

    /// A migration has changed what a prepared statement gives.
    var isStalePlan: Bool { state == "0A000" && message.hasPrefix("cached plan") }

    /// The first line of what libpq says about a connection; it never holds the password.
    static func firstLine(_ text: UnsafePointer<CChar>?) -> String {
        let whole = text.map { String(cString: $0) } ?? ""
        return whole.split(whereSeparator: \.isNewline).first.map(String.init) ?? "the server does not answer"
    }

    private static func meaning(
        _ state: String,
        _ message: String,
        _ rule: String,
        _ statement: String
    ) -> StorageError {
        switch (state.prefix(2), state) {
        case (_, ""): .unavailable(reason: message)
        // Two processes that create the same table at the same instant.
        case ("23", _), (_, "42P07"): .constraint(on: rule)
        case (_, "40001"), (_, "40P01"), (_, "55P03"): .busy
        case (_, "53100"): .full
        case (_, "57014"): .unavailable(reason: "a statement was stopped: it took too long")
        case (_, "25006") where message.contains("recovery"), ("08", _), ("53", _), ("57", _), ("58", _),
            (_, "25P03"):
            .unavailable(reason: message)
        case (_, "42501"):
            .rejected(
                reason: "\(message); make the role the owner of the database: ALTER DATABASE ... OWNER TO ..."
            )
        case ("XX", let code) where code != "XX000": .corrupt(reason: message)
        // Its messages quote values.
        case ("22", _): .rejected(reason: "a value does not fit (SQLSTATE \(state)): \(statement)")
        default: .rejected(reason: "\(message) (SQLSTATE \(state)): \(statement)")
        }
    }
}
