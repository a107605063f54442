/// An absolute http or https URI, read by one strict parser and never by another.
///
/// Scheme and host are lowered, a default port is dropped and an empty path becomes "/"; nothing else is touched:
/// escapes, dot segments and case in the path are bytes that only their owner may interpret. Two URIs are the same
/// only if their canonical texts are, byte for byte. What others parse differently (backslashes, user names, spaces,
/// bad escapes, hosts outside ASCII) is refused, so that no two parts of the system see different hosts in one text.
public struct URI: Sendable {
    /// The two schemes that we speak.
    public enum Scheme: String, Sendable, Hashable {
        /// HTTP over TLS, port 443.
        case https
        /// Plain HTTP, port 80; opened only for demos and tests.
        case http

        /// The port that is not written.
        public var defaultPort: UInt16 {
            switch self {
            case .https: 443
            case .http: 80
            }
        }
    }

    /// The longest text that is read, in bytes.
    public static let longestText = 2048

    /// The scheme.
    public let scheme: Scheme
    /// The host.
    public let host: Host
    /// Path and query as they are sent in a request line; starts with "/".
    public let target: String
    /// What stands after the "#", if there is one; never sent.
    public let fragment: String?
    /// The canonical text.
    public let description: String

    /// Reads an absolute URI.
    ///
    /// - Throws: `NameError`: another scheme, no host, user info, a port that is 0 or no number, a byte that a URI may
    ///   not hold bare, a percent sign without two digits, `%00`, more than 2048 bytes. Spec: RFC 3986.
    public init(_ text: String) throws(NameError) {
        let bytes = Array(text.utf8.prefix(Self.longestText + 1))
        guard bytes.count <= Self.longestText else { throw .tooLong(limit: Self.longestText) }
        let (scheme, afterScheme) = try Self.readScheme(bytes)
        let rest = bytes[afterScheme...]
        let authorityEnd = rest.firstIndex { Self.endsAuthority($0) } ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        guard !authority.contains(UInt8(ascii: "@")) else { throw .userInfo }
        let host = try Host(bytes: authority, defaultPort: scheme.defaultPort)
        let tail = rest[authorityEnd...]
        let targetEnd = tail.firstIndex(of: UInt8(ascii: "#")) ?? tail.endIndex
        try Self.check(tail[..<targetEnd])
        let path = String(decoding: tail[..<targetEnd], as: UTF8.self)
        var fragment: String?
        if targetEnd < tail.endIndex {
            try Self.check(tail[(targetEnd + 1)...])
            fragment = String(decoding: tail[(targetEnd + 1)...], as: UTF8.self)
        }
        self.init(scheme, host, path.utf8.first == UInt8(ascii: "/") ? path : "/" + path, fragment)
    }

    /// Puts a URI of our own together; the path and query are ours, so what a URI may not hold bare is escaped.
    ///
    /// A "/" is put before the target where it is missing.
    public init(origin: Origin, target: String) {
        let escaped = Self.escaped(target)
        self.init(
            origin.scheme,
            origin.host,
            escaped.utf8.first == UInt8(ascii: "/") ? escaped : "/" + escaped,
            nil
        )
    }

    private init(_ scheme: Scheme, _ host: Host, _ target: String, _ fragment: String?) {
        self.scheme = scheme
        self.host = host
        self.target = target
        self.fragment = fragment
        let document = scheme.rawValue + "://" + host.description + target
        description = fragment.map { document + "#" + $0 } ?? document
    }

    /// Where the document comes from.
    public var origin: Origin { Origin(scheme: scheme, host: host) }

    /// The document that a fragment points into.
    public var withoutFragment: URI { fragment == nil ? self : URI(scheme, host, target, nil) }

    /// The path without the query.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// The same document with a fragment, as key ids are written (`#main-key`).
    public func withFragment(_ fragment: String) -> URI { URI(scheme, host, target, Self.escaped(fragment)) }

    /// A URI below this one: query and fragment go, and exactly one "/" stands between the two parts.
    public func appending(path more: String) -> URI {
        var base = path
        while base.utf8.last == UInt8(ascii: "/") { base.removeLast() }
        return URI(origin: origin, target: base + "/" + more.drop { $0 == "/" })
    }
}

extension URI: Hashable, Codable, CustomStringConvertible {
    /// Compares the canonical texts; they are ASCII.
    public static func == (left: URI, right: URI) -> Bool { left.description == right.description }

    /// Hashes the canonical text.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }

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
