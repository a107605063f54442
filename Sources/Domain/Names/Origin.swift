/// Where a document comes from: a scheme and a host with its port.
///
/// Two URIs of one origin are of one server. Spec: RFC 6454; FEP-fe34.
public struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// The scheme.
    public let scheme: URI.Scheme
    /// The host, whose default port is dropped.
    public let host: Host

    /// Puts an origin together.
    init(scheme: URI.Scheme, host: Host) {
        self.scheme = scheme
        self.host = host
    }

    /// Reads `https://host`, with or without one trailing slash.
    ///
    /// - Throws: `NameError` as `URI` does, and `badByte` when a path, query or fragment follows.
    public init(_ text: String) throws(NameError) {
        let uri = try URI(text)
        guard uri.target == "/", uri.fragment == nil else { throw .badByte(UInt8(ascii: "/")) }
        self = uri.origin
    }

    /// The origin reached over https at a host.
    public static func https(_ host: Host) -> Origin { Origin(scheme: .https, host: host) }

    /// `https://host`, without a trailing slash.
    public var description: String { "\(scheme.rawValue)://\(host)" }
}
