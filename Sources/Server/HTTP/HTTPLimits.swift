import NIOCore

/// How long and how much a client may take; every limit is per connection or per request.
///
/// The defaults suit a server on the open internet; tests inject small values.
public struct HTTPLimits: Sendable, Hashable {
    /// How long a connection may stay open with no request under way.
    public var idle = Duration.seconds(60)
    /// How long a request's line and header fields may take to arrive.
    ///
    /// Counted from the first byte; for the first request from the accept, so that a TLS handshake is within it.
    public var header = Duration.seconds(10)
    /// How long a body may take to arrive, from the end of the header to its last byte, however steadily it comes.
    public var body = Duration.seconds(30)
    /// How long a response may be on its way without the client taking any of it.
    public var writeStall = Duration.seconds(30)
    /// How long the rest of an unwanted body is thrown away after its response, before the connection is closed.
    ///
    /// Closing at once would make some clients lose the response: RFC 9112 section 9.6.
    public var linger = Duration.seconds(2)
    /// The bytes of all header field names and values of one request.
    public var headerBytes = 16 * 1024
    /// The number of header fields of one request, its trailers included.
    public var headerFields = 100
    /// The bytes of a request target (path and query).
    public var targetBytes = 8 * 1024
    /// How many bytes of a body that nobody reads are taken in before the connection is closed.
    public var unreadBodyBytes = 64 * 1024
    /// The bytes of all request bodies that are held at one time.
    public var bodyBytes = 64 * 1024 * 1024
    /// The bytes of request bodies that are held at one time for one client address, IPv6 by its /64.
    public var bodyBytesPerClient = 16 * 1024 * 1024
    /// How many connections one listening address keeps open; further clients wait in the kernel's queue.
    public var connections = 4096
    /// How many connections one client address may have open; an IPv6 client counts by its /64.
    ///
    /// A whole school may stand behind one address. Trusted proxies are not counted.
    public var connectionsPerClient = 256

    /// Makes the limits with their defaults.
    public init() {}
}

extension HTTPLimits {
    /// How often a connection looks at its clocks; no limit is missed by more than this, and none fires early.
    var inspection: TimeAmount {
        TimeAmount(min(idle, header, body, linger, writeStall / 4))
    }
}
