public import Domain
public import Hummingbird
import Logging
import NIOCore

/// What routes know of a request besides the request itself.
///
/// `FrontDoor` fills it before a route runs.
public struct ServerContext: RequestContext {
    /// Hummingbird's own part: the logger, the route's pattern and its parameters.
    public var coreContext: CoreRequestContextStorage
    /// Who asks, over what.
    public internal(set) var client: Client
    /// The school's host that the `Host` field named; nil only where no school is needed (`/livez`).
    ///
    /// Links are built from the school's own configured origin, never from this text.
    public internal(set) var host: Host?
    /// The connection that the request came over; nil in tests without a socket.
    public internal(set) var connection: Connection?
    /// Where a route leaves what it does with a WebSocket; nil when the client asks for none.
    var webSocket: WebSocketOffer?
    /// What the request's body takes of the room for all bodies.
    var bodyHold: BodyHold?
    /// The id of the request in the log, also sent as `X-Request-Id`; 32 hexadecimal digits or fewer.
    public let requestID: String

    /// Makes the context of a request on a channel.
    public init(source: ApplicationRequestContextSource) {
        let known = source.logger[metadataKey: Self.idKey]
        requestID = known.map { "\($0)" } ?? "\(RequestID())"
        var logger = source.logger
        if known == nil { logger[metadataKey: Self.idKey] = .string(requestID) }
        coreContext = CoreRequestContextStorage(
            source: ApplicationRequestContextSource(channel: source.channel, logger: logger)
        )
        client = Client(
            peer: source.channel.remoteAddress.flatMap(IPAddress.init),
            role: .main,
            isSecure: false
        )
    }

    /// The key that Hummingbird's own `id` reads.
    private static let idKey = "hb.request.id"
}

/// Who sent a request.
public struct Client: Sendable, Hashable {
    /// The address at the other end of the connection; an IPv4-mapped one as IPv4.
    ///
    /// Nil in tests without a socket.
    public let peer: IPAddress?
    /// The address of the client: the peer, or whom a trusted proxy names.
    public internal(set) var address: IPAddress?
    /// Whether the peer is a trusted proxy.
    public internal(set) var isProxied = false
    /// Whether the client's bytes crossed the network under TLS, ended by us or by a trusted proxy.
    public internal(set) var isSecure: Bool
    /// Which kind of listening address it came to.
    public let role: ListeningAddress.Role

    init(peer: IPAddress?, role: ListeningAddress.Role, isSecure: Bool) {
        self.peer = peer?.unmapped
        address = peer?.unmapped
        self.role = role
        self.isSecure = isSecure
    }
}

extension IPAddress {
    /// Reads the address of a socket; nil for one in the file system.
    init?(_ address: SocketAddress) {
        let read: IPAddress? =
            switch address {
            case .v4(let address): withUnsafeBytes(of: address.address) { IPAddress(socketAddress: $0) }
            case .v6(let address): withUnsafeBytes(of: address.address) { IPAddress(socketAddress: $0) }
            case .unixDomainSocket: nil
            }
        guard let read else { return nil }
        self = read
    }

    /// What counts as one client: an IPv4 address, or the /64 that one IPv6 customer has.
    var clientNetwork: IPAddress {
        if case .v6(let high, _) = unmapped { return .v6(high: high, low: 0) }
        return unmapped
    }
}

extension ServerContext {
    /// A part of the path as text, its escapes undone (RFC 3986, section 2.1).
    ///
    /// What cannot be decoded stays as it was sent; bytes that are no UTF-8 become replacement characters.
    public func pathText(_ name: String) -> String? {
        parameters.get(name).map { FormFields.decode($0[...], plusIsSpace: false) }
    }
}
