/// An IPv4 or IPv6 address in binary form.
public enum IPAddress: Hashable, Sendable {
    /// An IPv4 address; the first of the four numbers is the highest byte.
    case v4(UInt32)
    /// An IPv6 address: its first and its last eight bytes.
    case v6(high: UInt64, low: UInt64)

    /// Reads a strict dotted quad (four decimal numbers, no leading zeros) or an IPv6 address without brackets
    /// or zone.
    ///
    /// - Throws: `NameError.badAddress` for every other text. Spec: RFC 4291 section 2.2, RFC 6943 section 3.1.1.
    public init(_ text: String) throws(NameError) {
        let bytes = Array(text.utf8.prefix(46))
        guard let address = Self(v4: bytes[...]) ?? Self(v6: bytes[...]) else { throw .badAddress }
        self = address
    }

    /// Reads a `sockaddr_in` or `sockaddr_in6` as the Linux kernel lays it out; nil for any other family or when it
    /// is cut short.
    public init?(socketAddress bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else { return nil }
        switch bytes.loadUnaligned(as: UInt16.self) {
        case 2:
            self = .v4(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        case 10 where bytes.count >= 24:
            self = .v6(
                high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            )
        default:
            return nil
        }
    }

    /// The IPv4 address inside an IPv4-mapped IPv6 address, as dual-stack sockets name their peers; else itself.
    public var unmapped: IPAddress {
        guard case .v6(0, let low) = self, low >> 32 == 0xFFFF else { return self }
        return .v4(UInt32(truncatingIfNeeded: low))
    }

    init?(v4 text: ArraySlice<UInt8>) {
        // Most hosts are names: those end here.
        guard text.first?.isDigit ?? false else { return nil }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard let byte = strictDecimal(part, digits: 3), byte <= 255 else { return nil }
            number = number << 8 | byte
        }
        self = .v4(number)
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text, without brackets.
    ///
    /// Spec: RFC 5952.
    public var description: String {
        switch self {
        case .v4(let number): Self.dotted(number)
        case .v6(0, let low) where low >> 32 == 0xFFFF:
            "::ffff:" + Self.dotted(UInt32(truncatingIfNeeded: low))
        case .v6(let high, let low): Self.text(of: Self.groups(high) + Self.groups(low))
        }
    }

    private static func dotted(_ number: UInt32) -> String {
        "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }

    private static func groups(_ half: UInt64) -> [UInt16] {
        [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) }
    }

    /// Eight groups with the longest run of at least two zeros, the first among equals, written as "::".
    private static func text(of groups: [UInt16]) -> String {
        var longest = 0..<0
        var start = 0
        for end in 0...groups.count where end == groups.count || groups[end] != 0 {
            if end - start > longest.count { longest = start..<end }
            start = end + 1
        }
        let hex = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard longest.count >= 2 else { return hex(groups[...]) }
        return hex(groups[..<longest.lowerBound]) + "::" + hex(groups[longest.upperBound...])
    }
}
