public import Domain

/// The bounds within which a process talks to other servers.
public struct TransportConfiguration: Sendable {
    /// What the `User-Agent` field says where a request does not say it itself.
    public var userAgent: String
    /// How many workers share the hosts among them, at least 1.
    public var workers = 2
    /// Addresses that are reached besides public ones (`--danger-allow-addresses`); not empty, it also opens plain
    /// http, to these addresses alone.
    public var allowedRanges: [AddressRange] = []
    /// Addresses that are never reached although they are public, such as our own.
    public var refusedRanges: [AddressRange] = []
    /// A PEM file with certificate authorities that are trusted besides the system's (`--outbound-ca`).
    public var extraCAFile: String?
    /// How long connecting may take, TLS included.
    public var connectTimeout = Duration.seconds(5)
    /// How long an exchange may take as a whole.
    public var exchangeTimeout = Duration.seconds(30)
    /// A transfer ends when it is slower than this many bytes a second for `slowTime`.
    public var slowestRate = 64
    /// How long a transfer may be that slow.
    public var slowTime = Duration.seconds(15)
    /// How many transfers run at a time; more wait their turn, host by host.
    public var maxConnections = 512
    /// How many transfers run at a time with one host.
    public var maxConnectionsPerHost = 8
    /// How many idle connections are kept for reuse.
    public var maxIdleConnections = 128
    /// The longest response body in bytes where a request names no limit.
    public var maxResponseBody = 1 << 20
    /// The longest response header in bytes: all lines, interim responses and trailers together.
    public var maxHeaderBytes = 64 << 10
    /// The most lines of a response header, likewise.
    public var maxHeaderLines = 100

    /// Starts from the standard bounds.
    public init(userAgent: String) {
        self.userAgent = userAgent
    }

    /// Whether plain http is open.
    var opensPlainHTTP: Bool { !allowedRanges.isEmpty }
}
