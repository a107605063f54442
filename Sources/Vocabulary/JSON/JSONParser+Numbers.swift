extension JSONParser {
    /// Reads a number.
    ///
    /// Spec: RFC 8259 section 6.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        let whole = try digits()
        if whole.count > 1, bytes[whole.lowerBound] == UInt8(ascii: "0") {
            throw JSONError(reason: .number, offset: start)
        }
        var isWhole = true
        if peek() == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            _ = try digits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            _ = try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw JSONError(reason: .numberTooLarge, offset: start)
        }
        return .number(number)
    }

    private mutating func digits() throws(JSONError) -> Range<Int> {
        let start = position
        while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw error(peek() == nil ? .unexpectedEnd : .number) }
        return start..<position
    }
}
