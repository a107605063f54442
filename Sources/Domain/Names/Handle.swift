/// The name by which people find an account: `ben@south.example`.
///
/// Equality is by bytes: two spellings that only look alike are two handles, whatever Unicode says of them.
public struct Handle: Sendable {
    /// The part before the "@"; for a local account lower-case ASCII.
    public let name: String
    /// The host of the account's home.
    public let host: Host

    /// Reads `name@host`, `@name@host` or `acct:name@host`; the host may have a port.
    ///
    /// - Throws: `NameError`; the name is held to the rule of `init(remote:host:)`. Spec: RFC 7565.
    public init(_ text: String) throws(NameError) {
        var bytes = Array(text.utf8.prefix(Self.longestText + 1))[...]
        guard bytes.count <= Self.longestText else { throw .tooLong(limit: Self.longestText) }
        let scheme = Array("acct:".utf8)
        if bytes.count >= scheme.count, zip(bytes, scheme).allSatisfy({ $0.lowered == $1 }) {
            bytes = bytes.dropFirst(scheme.count)
        } else if bytes.first == UInt8(ascii: "@") {
            bytes = bytes.dropFirst()
        }
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .notAHandle }
        let host = try Host(String(decoding: parts[1], as: UTF8.self))
        try self.init(remote: String(decoding: parts[0], as: UTF8.self), host: host)
    }

    /// Takes the name that a peer's document gives to an account.
    ///
    /// - Throws: `NameError.empty`; `tooLong` over 255 bytes; `badName` for ASCII other than RFC 7565 allows in an
    ///   account name (so no "@", "/", "?", "#", quotes, spaces or controls), and for anything that is not a visible
    ///   character or a mark on one: bidirectional controls, joiners, white space, private use, unassigned.
    public init(remote name: String, host: Host) throws(NameError) {
        guard !name.utf8.isEmpty else { throw .empty }
        guard name.utf8.count <= Self.longestName else { throw .tooLong(limit: Self.longestName) }
        guard let first = name.unicodeScalars.first, !Self.isMark(first),
            name.unicodeScalars.allSatisfy(Self.mayStandInName)
        else { throw .badName }
        self.init(storedName: name, host: host)
    }

    /// Takes the name that somebody chooses at one of our own schools; upper-case ASCII is lowered.
    ///
    /// - Throws: `NameError`: 1 to 30 characters of a-z, 0-9, "_", "." and "-", neither a dot nor a hyphen at either
    ///   end, and none of `ReservedNames`, nor the school's own.
    public init(local name: String, host: Host) throws(NameError) {
        let bytes = name.utf8.prefix(Self.longestLocalName + 1).map(\.lowered)
        guard let first = bytes.first, let last = bytes.last else { throw .empty }
        guard bytes.count <= Self.longestLocalName else { throw .tooLong(limit: Self.longestLocalName) }
        let marks = [UInt8(ascii: "."), UInt8(ascii: "-")]
        guard
            bytes.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || marks.contains($0) }),
            !marks.contains(first), !marks.contains(last)
        else { throw .badName }
        let lowered = String(decoding: bytes, as: UTF8.self)
        guard !ReservedNames.contains(lowered, at: host) else { throw .reservedName }
        self.init(storedName: lowered, host: host)
    }

    /// Takes a name that one of the other initialisers let in before, as it comes out of the database.
    public init(storedName name: String, host: Host) {
        self.name = name
        self.host = host
    }

    /// The longest local name, in bytes.
    public static let longestLocalName = 30
    /// The longest name of a remote account, in bytes.
    public static let longestName = 255
    private static let longestText = 5 + longestName + 1 + Host.longestText

    private static func mayStandInName(_ scalar: Unicode.Scalar) -> Bool {
        if let byte = UInt8(exactly: scalar.value), byte < 0x80 {
            return byte.isLetter || byte.isDigit || byte.isSubDelimiter
                || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte)
        }
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default:
            return true
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}

extension Handle: Hashable, CustomStringConvertible {
    /// `name@host`, without a leading "@".
    public var description: String { "\(name)@\(host)" }

    /// Compares bytes.
    public static func == (left: Handle, right: Handle) -> Bool {
        left.host == right.host && left.name.utf8.elementsEqual(right.name.utf8)
    }

    /// Hashes bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(host)
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
