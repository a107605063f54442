/// Reads JSON strictly.
///
/// Spec: RFC 8259 and I-JSON (RFC 7493).
///
/// UTF-8 without a byte order mark; at most 64 levels; no key twice in an object; no lone surrogates, no control
/// characters, no numbers beyond a double. `\u0000` is left out of strings, since databases and C cannot hold it.
/// The time is linear in the length; the length is bounded by the caller.
public struct JSONParser {
    /// How many arrays and objects may be open at once.
    public static let maximumDepth = 64

    let bytes: [UInt8]
    var position = 0
    var depth = 0

    /// Parses a whole document.
    ///
    /// - Throws: `JSONError` with the reason and the position.
    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        return try parser.document()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFE, 0xFF])
            || bytes.starts(with: [0xFF, 0xFE])
        {
            throw error(.byteOrderMark)
        }
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw error(.trailingBytes) }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        guard let byte = peek() else { throw error(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try open()
        var object = JSONObject()
        if close(UInt8(ascii: "}")) { return object }
        while true {
            guard peek() == UInt8(ascii: "\"") else {
                throw error(peek() == nil ? .unexpectedEnd : .unexpectedByte)
            }
            let start = position
            let key = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            let value = try value()
            guard object.append(key, value) else { throw JSONError(reason: .duplicateKey, offset: start) }
            if try isLast(UInt8(ascii: "}")) { return object }
        }
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try open()
        var values: [JSONValue] = []
        if close(UInt8(ascii: "]")) { return values }
        while true {
            values.append(try value())
            if try isLast(UInt8(ascii: "]")) { return values }
        }
    }

    /// Enters an array or object.
    private mutating func open() throws(JSONError) {
        guard depth < Self.maximumDepth else { throw error(.tooDeep) }
        depth += 1
        position += 1
        skipSpace()
    }

    /// Leaves it if it ends here.
    private mutating func close(_ end: UInt8) -> Bool {
        guard peek() == end else { return false }
        position += 1
        depth -= 1
        return true
    }

    /// After an element: either its container ends, or a comma leads to the next element.
    private mutating func isLast(_ end: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        if close(end) { return true }
        try expect(UInt8(ascii: ","))
        skipSpace()
        return false
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for offset in 0..<text.utf8CodeUnitCount {
            guard let byte = peek() else { throw error(.unexpectedEnd) }
            guard byte == text.utf8Start[offset] else { throw error(.unexpectedByte) }
            position += 1
        }
        return value
    }

    // MARK: Bytes

    func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard let next = peek() else { throw error(.unexpectedEnd) }
        guard next == byte else { throw error(.unexpectedByte) }
        position += 1
    }

    func error(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, offset: position) }
}
