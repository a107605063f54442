/// Byte classes of protocol text.
extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLowerLetter: Bool { (0x61...0x7A).contains(self) }
    var isUpperLetter: Bool { (0x41...0x5A).contains(self) }
    var isLetter: Bool { isLowerLetter || isUpperLetter }

    /// The lower-case form of an ASCII letter; every other byte as it is.
    var lowered: UInt8 { isUpperLetter ? self | 0x20 : self }

    /// The value of a hexadecimal digit.
    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    /// Whether it may stand in a path or query as it is.
    ///
    /// Spec: RFC 3986 appendix A (pchar, "/", "?"), and the
    /// square brackets that common software leaves bare in queries.
    var isURIByte: Bool {
        if isLetter || isDigit { return true }
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): return true
        case UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "?"): return true
        case UInt8(ascii: "["), UInt8(ascii: "]"): return true
        default: return isSubDelimiter
        }
    }

    /// Spec: RFC 3986 section 2.2, sub-delims.
    var isSubDelimiter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"): true
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"): true
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="): true
        default: false
        }
    }
}

/// Reads a decimal number of at most `digits` digits without sign, space or leading zero.
func strictDecimal(_ text: some Collection<UInt8>, digits: Int) -> UInt32? {
    guard let first = text.first, text.count <= min(digits, 9), first != 0x30 || text.count == 1 else {
        return nil
    }
    var number: UInt32 = 0
    for byte in text {
        guard byte.isDigit else { return nil }
        number = number * 10 + UInt32(byte - 0x30)
    }
    return number
}
