/// Why a text is no host, URI, handle, address or address range.
///
/// `description` is a plain sentence for whoever typed or configured the text; it never repeats the text itself.
public enum NameError: Error, Sendable, Hashable {
    /// There is nothing where a name must be.
    case empty
    /// It has more than so many bytes.
    case tooLong(limit: Int)
    /// A host has letters outside ASCII; it must be written in its xn-- form.
    case internationalHost
    /// A byte that may not stand there.
    case badByte(UInt8)
    /// A part between two dots of a host is empty, longer than 63 bytes, starts or ends with a hyphen, or is
    /// no valid xn-- form.
    case badLabel
    /// The last part of a host is a number, yet the whole is no strict dotted quad (127.1, 0x7f000001, 2130706433).
    case numericHost
    /// It is no IPv4 or IPv6 address in its strict form.
    case badAddress
    /// It is no address range in CIDR form, or it has bits set behind its prefix.
    case badRange
    /// The port is no number from 1 to 65535, has leading zeros, or belongs to the other scheme.
    case badPort
    /// It does not start with `https://` or `http://`.
    case badScheme
    /// A user name or password stands before the host.
    case userInfo
    /// A percent sign is not followed by two hexadecimal digits, or stands for the byte 0.
    case badEscape
    /// It is not of the form name@host.
    case notAHandle
    /// The name part of a handle holds something invisible, misleading or unprintable.
    case badName
    /// The name is kept for the server itself.
    case reservedName
}

extension NameError: CustomStringConvertible {
    /// What is wrong, for the person who wrote the text.
    public var description: String {
        switch self {
        case .empty: "it is empty"
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .internationalHost: "a host outside ASCII must be written in its xn-- form"
        case .badByte(let byte): "the byte 0x\(String(byte, radix: 16)) may not stand there"
        case .badLabel: "a part of the host is empty, too long, badly hyphenated or no valid xn-- form"
        case .numericHost: "a host that ends in a number must be an IPv4 address of four decimal numbers"
        case .badAddress: "it is no IP address"
        case .badRange: "it is no address range such as 192.0.2.0/24"
        case .badPort: "its port is no number from 1 to 65535, or belongs to the other scheme"
        case .badScheme: "it does not start with https:// or http://"
        case .userInfo: "a user name or password before the host is not allowed"
        case .badEscape: "a percent sign is not followed by two hexadecimal digits, or stands for a null byte"
        case .notAHandle: "it is not of the form name@host"
        case .badName: "its name holds characters that a name may not hold"
        case .reservedName: "the name is reserved"
        }
    }
}
