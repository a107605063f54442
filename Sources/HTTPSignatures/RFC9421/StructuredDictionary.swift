/// A header field value that is a dictionary of structured fields, as far as signatures and digests use them.
///
/// Spec: RFC 8941 section 3.2, more strictly: a name that is given twice is refused, where the RFC lets the last one
/// win; so are backslashes, display strings and dates. The swift-http-structured-headers package drops the first of two
/// values without a word, and takes 9 microseconds a field, two thirds of verifying an RSA signature.
struct StructuredDictionary {
    /// A value without parameters.
    enum Item {
        case string(String)
        /// What begins with a digit or a minus sign; whether it is a number is for the reader to judge.
        case number(String)
        case bytes([UInt8], text: String)
        case token(String)
        case boolean(Bool)
    }

    /// A named parameter.
    typealias Parameter = (name: String, value: Item)

    /// A member's value.
    enum Member {
        case item(Item, parameters: [Parameter])
        case list([(item: Item, parameters: [Parameter])], parameters: [Parameter])
    }

    /// At most so many members of a dictionary and parameters of one value.
    private static let limit = 64

    /// The members in the order of the field.
    let members: [(name: String, value: Member)]

    /// Reads a field value; nil when it is no such dictionary, or an empty one.
    init?(_ value: String) {
        var scanner = FieldScanner(value)
        var found: [(name: String, value: Member)] = []
        scanner.skipBlanks()
        repeat {
            scanner.skipBlanks()
            guard let name = Self.key(&scanner), !found.contains(where: { ASCII.areSame($0.name, name) }),
                found.count < Self.limit, let value = Self.member(&scanner)
            else { return nil }
            found.append((name, value))
            scanner.skipBlanks()
        } while scanner.take(UInt8(ascii: ","))
        guard scanner.isAtEnd else { return nil }
        members = found
    }

    private static func member(_ scanner: inout FieldScanner) -> Member? {
        guard scanner.take(UInt8(ascii: "=")) else {
            return parameters(&scanner).map { .item(.boolean(true), parameters: $0) }
        }
        guard scanner.take(UInt8(ascii: "(")) else {
            guard let item = item(&scanner), let parameters = parameters(&scanner) else { return nil }
            return .item(item, parameters: parameters)
        }
        var items: [(item: Item, parameters: [Parameter])] = []
        while true {
            let spaces = scanner.takeRun { $0 == UInt8(ascii: " ") }
            if scanner.take(UInt8(ascii: ")")) { break }
            guard items.isEmpty || !spaces.utf8.isEmpty, let item = item(&scanner),
                let parameters = parameters(&scanner)
            else { return nil }
            items.append((item, parameters))
        }
        return parameters(&scanner).map { .list(items, parameters: $0) }
    }

    private static func parameters(_ scanner: inout FieldScanner) -> [Parameter]? {
        var found: [Parameter] = []
        while scanner.take(UInt8(ascii: ";")) {
            _ = scanner.takeRun { $0 == UInt8(ascii: " ") }
            guard let name = key(&scanner), found.count < limit,
                !found.contains(where: { ASCII.areSame($0.name, name) })
            else { return nil }
            guard scanner.take(UInt8(ascii: "=")) else {
                found.append((name, .boolean(true)))
                continue
            }
            guard let value = item(&scanner) else { return nil }
            found.append((name, value))
        }
        return found
    }

    private static func key(_ scanner: inout FieldScanner) -> String? {
        guard let first = scanner.next, isLower(first) || first == UInt8(ascii: "*") else { return nil }
        return scanner.takeRun { isLower($0) || isDigit($0) || "_-.*".utf8.contains($0) }
    }

    private static func item(_ scanner: inout FieldScanner) -> Item? {
        guard let first = scanner.next else { return nil }
        switch first {
        case UInt8(ascii: "\""): return scanner.takeQuoted().map { .string($0) }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(scanner.takeRun(while: ASCII.isTokenByte))
        case UInt8(ascii: ":"):
            _ = scanner.take(first)
            let text = scanner.takeRun { $0 != UInt8(ascii: ":") }
            guard scanner.take(UInt8(ascii: ":")), let bytes = Base64.decode(text.utf8) else { return nil }
            return .bytes(bytes, text: text)
        case UInt8(ascii: "?"):
            _ = scanner.take(first)
            if scanner.take(UInt8(ascii: "1")) { return .boolean(true) }
            return scanner.take(UInt8(ascii: "0")) ? .boolean(false) : nil
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "*"):
            return .token(scanner.takeRun { ASCII.isTokenByte($0) || "/:".utf8.contains($0) })
        default: return nil
        }
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension StructuredDictionary.Item {
    /// The value as a serialiser writes it.
    ///
    /// Spec: RFC 8941 section 4.1.3.1.
    var serialized: String {
        switch self {
        case .string(let text): "\"\(text)\""
        case .number(let text), .token(let text): text
        case .bytes(_, let text): ":\(text):"
        case .boolean(let value): value ? "?1" : "?0"
        }
    }

    /// Writes a parameter with the `;` before it.
    static func serialized(_ parameter: StructuredDictionary.Parameter) -> String {
        if case .boolean(true) = parameter.value { return ";\(parameter.name)" }
        return ";\(parameter.name)=\(parameter.value.serialized)"
    }
}

extension StructuredDictionary.Member {
    /// The bytes of a plain byte sequence; nil for anything else, and when it has parameters.
    var bytes: [UInt8]? {
        guard case .item(.bytes(let bytes, _), let parameters) = self, parameters.isEmpty else { return nil }
        return bytes
    }
}
