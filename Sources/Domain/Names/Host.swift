/// A host in its one canonical form: a lower-case ASCII domain name or an IP address, and a port where it is not
/// the scheme's own.
///
/// Two hosts are the same only if their canonical texts are, byte for byte. A name is not resolved and an address
/// is not judged here: `IPAddress.isPublicUnicast` and Transport do that.
public struct Host: Sendable {
    /// The name without a port; an IPv6 address is in square brackets.
    public let name: String
    /// The port, where it differs from the scheme's own; never 0.
    public let port: UInt16?
    /// The address when the name is one.
    public let address: IPAddress?

    /// Reads `name`, `name:port`, an IPv4 address in strict dotted quads or an IPv6 address in square brackets.
    ///
    /// Upper case is lowered, one trailing dot is dropped, and so is `:443`.
    ///
    /// - Throws: `NameError`: letters outside ASCII, anything that is no letter, digit, hyphen or dot (an underscore
    ///   too), numbers in other forms (`127.1`, `0x7f000001`), a name over 253 bytes, a label over 63.
    ///   Spec: RFC 1123 section 2.1, RFC 5891 section 4.4.
    public init(_ text: String) throws(NameError) {
        try self.init(bytes: Array(text.utf8.prefix(Self.longestText + 1))[...], defaultPort: 443)
    }

    /// Whether the name is an IP address.
    public var isAddressLiteral: Bool { address != nil }

    /// Whether it is the other host or a name below it.
    ///
    /// `a.blocked.example` is below `blocked.example`,
    /// `unblocked.example` is not. An address has nothing below it; a port counts only where the other names one.
    public func isSameOrSubdomain(of other: Host) -> Bool {
        if other.port != nil, other.port != port { return false }
        if name == other.name { return true }
        return address == nil && other.address == nil && name.utf8.count > other.name.utf8.count
            && name.utf8.reversed().starts(with: ("." + other.name).utf8.reversed())
    }

    /// Long enough for the longest name, its dot and a port.
    static let longestText = 253 + 1 + 6

    /// Reads the authority of a URI, whose scheme has this default port.
    init(bytes: ArraySlice<UInt8>, defaultPort: UInt16) throws(NameError) {
        guard bytes.count <= Self.longestText else { throw .tooLong(limit: 253) }
        let (name, port) = try Self.divide(bytes)
        self.port = try port.flatMap { digits throws(NameError) in try Self.port(digits, defaultPort) }
        guard !name.isEmpty else { throw .empty }
        guard name.first != UInt8(ascii: "[") else {
            guard let address = IPAddress(v6: name.dropFirst().dropLast()) else { throw .badAddress }
            self.name = "[\(address)]"
            self.address = address
            return
        }
        let lowered = try Self.canonical(name)
        self.name = String(decoding: lowered, as: UTF8.self)
        address = IPAddress(v4: lowered[...])
        guard address != nil || !Self.endsInNumber(lowered) else { throw .numericHost }
    }

    /// Divides the name from the digits of the port.
    private static func divide(
        _ text: ArraySlice<UInt8>
    ) throws(NameError) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
        let colon = UInt8(ascii: ":")
        guard text.first == UInt8(ascii: "[") else {
            guard let index = text.firstIndex(of: colon) else { return (text, nil) }
            return (text[..<index], text[(index + 1)...])
        }
        guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { throw .badAddress }
        let rest = text[(end + 1)...]
        guard rest.isEmpty || rest.first == colon else { throw .badAddress }
        return (text[...end], rest.isEmpty ? nil : rest.dropFirst())
    }

    private static func port(_ digits: ArraySlice<UInt8>, _ defaultPort: UInt16) throws(NameError) -> UInt16?
    {
        guard let number = strictDecimal(digits, digits: 5).flatMap({ UInt16(exactly: $0) }), number != 0
        else {
            throw .badPort
        }
        if number == defaultPort { return nil }
        // 443 is dropped from a host that stands alone, so a plain-http origin there would have no name of its own.
        guard number != 443 else { throw .badPort }
        return number
    }

    private static func canonical(_ name: ArraySlice<UInt8>) throws(NameError) -> [UInt8] {
        var lowered: [UInt8] = []
        lowered.reserveCapacity(name.count)
        for byte in name {
            guard byte < 0x80 else { throw .internationalHost }
            guard byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            else {
                throw byte == UInt8(ascii: "@") ? .userInfo : .badByte(byte)
            }
            lowered.append(byte.lowered)
        }
        if lowered.last == UInt8(ascii: ".") { lowered.removeLast() }
        guard !lowered.isEmpty else { throw .empty }
        guard lowered.count <= 253 else { throw .tooLong(limit: 253) }
        for label in lowered.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"),
                label.last != UInt8(ascii: "-")
            else { throw .badLabel }
            if label.starts(with: "xn--".utf8), !Punycode.isValid(label.dropFirst(4)) { throw .badLabel }
        }
        return lowered
    }

    /// Whether some resolvers would take the name for an IPv4 number.
    ///
    /// Spec: WHATWG URL, "ends in a number".
    private static func endsInNumber(_ name: [UInt8]) -> Bool {
        let last = name.lastIndex(of: UInt8(ascii: ".")).map { name[($0 + 1)...] } ?? name[...]
        if last.allSatisfy(\.isDigit) { return true }
        return last.starts(with: "0x".utf8) && last.dropFirst(2).allSatisfy { $0.hexValue != nil }
    }
}

extension Host: Hashable, Comparable, CustomStringConvertible, Codable {
    /// The canonical text: the name, and the port where there is one.
    public var description: String { port.map { "\(name):\($0)" } ?? name }

    /// Compares the canonical texts; they are ASCII.
    public static func == (left: Host, right: Host) -> Bool {
        left.port == right.port && left.name == right.name
    }

    /// Hashes the canonical text.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(port)
    }

    /// Orders by name, then by port.
    public static func < (left: Host, right: Host) -> Bool {
        left.name == right.name ? (left.port ?? 0) < (right.port ?? 0) : left.name < right.name
    }

    /// Reads the canonical text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the canonical text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
