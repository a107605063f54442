extension URI {
    private static let marks: [(Scheme, [UInt8])] = [
        (.https, Array("https://".utf8)), (.http, Array("http://".utf8)),
    ]

    /// The scheme, and where the authority starts.
    static func readScheme(_ bytes: [UInt8]) throws(NameError) -> (Scheme, Int) {
        guard !bytes.isEmpty else { throw .empty }
        for (scheme, mark) in marks
        where bytes.count >= mark.count && zip(bytes, mark).allSatisfy({ $0.lowered == $1 }) {
            return (scheme, mark.count)
        }
        throw .badScheme
    }

    /// A backslash ends nothing here: it stays in the authority, where it is refused.
    static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    /// Path, query or fragment: only bytes that may stand there bare, and whole escapes.
    static func check(_ bytes: ArraySlice<UInt8>) throws(NameError) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard let value = escape(at: index, in: bytes), value != 0 else { throw .badEscape }
                index += 3
            } else {
                guard byte.isURIByte else { throw .badByte(byte) }
                index += 1
            }
        }
    }

    /// Escapes what may not stand bare; whole escapes stay, and a null byte is dropped.
    static func escaped(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() where byte != 0 {
            if byte.isURIByte || byte == UInt8(ascii: "%") && (escape(at: index, in: bytes[...]) ?? 0) != 0 {
                result.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func escape(at index: Int, in bytes: ArraySlice<UInt8>) -> UInt8? {
        guard index + 2 < bytes.endIndex, let high = bytes[index + 1].hexValue,
            let low = bytes[index + 2].hexValue
        else { return nil }
        return high << 4 | low
    }
}
