public import Domain

/// An address to listen on.
public struct ListeningAddress: Sendable, Hashable {
    /// What is served there.
    public enum Role: Sendable, Hashable {
        /// The schools' routes, and `/livez` and `/readyz`.
        case main
        /// Only `/livez`, `/readyz` and `/metrics`, to whoever can reach the address.
        case admin
    }

    /// The address of one network interface, or `0.0.0.0` or `::` for all.
    public let address: IPAddress
    /// The port; 0 lets the system choose.
    public let port: UInt16
    /// What is served there.
    public let role: Role

    /// Puts an address together.
    public init(address: IPAddress, port: UInt16, role: Role = .main) {
        self.address = address
        self.port = port
        self.role = role
    }

    /// Reads `127.0.0.1:8080` or `[::1]:8080`.
    ///
    /// - Throws: `NameError` when the address is none, or the port is missing or above 65535.
    public init(_ text: String, role: Role = .main) throws(NameError) {
        let bytes = Array(text.utf8.prefix(64))
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { throw .badPort }
        let digits = bytes[(colon + 1)...]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { throw .badPort }
        var name = bytes[..<colon]
        if name.first == UInt8(ascii: "[") {
            guard name.last == UInt8(ascii: "]"), name.count > 2 else { throw .badAddress }
            name = name.dropFirst().dropLast()
        } else if name.contains(UInt8(ascii: ":")) {
            throw .badAddress
        }
        self.init(address: try IPAddress(String(decoding: name, as: UTF8.self)), port: port, role: role)
    }
}

extension ListeningAddress: CustomStringConvertible {
    /// The text that `init` reads.
    public var description: String {
        if case .v6 = address { return "[\(address)]:\(port)" }
        return "\(address):\(port)"
    }
}

/// Where and how the server listens.
public struct HTTPServerSettings: Sendable {
    /// The files of a TLS certificate, in PEM form.
    public struct TLSFiles: Sendable, Hashable {
        /// The certificate and its chain, the server's own first.
        public var certificate: String
        /// Its private key.
        public var key: String

        /// Names the two files.
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The addresses to listen on; at least one with the role `main`.
    public var addresses: [ListeningAddress]
    /// The certificate for all `main` addresses; nil for plain http.
    ///
    /// An `admin` address is always plain http.
    public var tls: TLSFiles?
    /// The reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    public var trustedProxies: [AddressRange] = []
    /// Who may read `/metrics` on a `main` address: by default nobody but this machine.
    public var metricsReaders: [AddressRange] = AddressRange.loopback
    /// The limits on time and size.
    public var limits = HTTPLimits()
    /// How often a client address may ask; nil when rate limits are off.
    public var rateLimits: RateLimits? = RateLimits()
    /// The number of event loop threads.
    public var threads = 2

    /// Listens on these addresses, with the defaults for everything else.
    public init(addresses: [ListeningAddress], tls: TLSFiles? = nil) {
        self.addresses = addresses
        self.tls = tls
    }

    /// Checks that the settings make sense together.
    ///
    /// Plain http on an address that others can reach needs a named trusted proxy: passwords and bearer tokens
    /// would cross the network in the clear.
    ///
    /// - Throws: `HTTPServerError`, which names the setting.
    public func validate() throws(HTTPServerError) {
        guard addresses.contains(where: { $0.role == .main }) else { throw .noAddress }
        guard (1...256).contains(threads) else { throw .badThreads(threads) }
        for listening in addresses where listening.role == .main && tls == nil {
            guard listening.address.isLoopback || !trustedProxies.isEmpty else {
                throw .plainHTTP(listening)
            }
        }
    }
}

extension AddressRange {
    /// The addresses that only this machine can use.
    public static var loopback: [AddressRange] {
        ["127.0.0.0/8", "::1/128"].compactMap { try? AddressRange($0) }
    }
}

extension IPAddress {
    /// Whether only this machine can use the address.
    var isLoopback: Bool { AddressRange.loopback.contains { $0.contains(unmapped) } }
}
