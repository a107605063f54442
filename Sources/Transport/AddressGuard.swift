import Domain

/// Judges where connections may go: default-deny, public addresses only, plus what the configuration opens.
struct AddressGuard: Sendable {
    private let opensPlainHTTP: Bool
    private let judge: @Sendable (IPAddress, URI.Scheme) -> Bool

    /// Judges by the configuration: plain http goes to the ranges that were opened by hand alone.
    init(_ configuration: TransportConfiguration) {
        let (allowed, refused) = (configuration.allowedRanges, configuration.refusedRanges)
        self.init(opensPlainHTTP: configuration.opensPlainHTTP) { address, scheme in
            if refused.contains(where: { $0.contains(address) }) { return false }
            if allowed.contains(where: { $0.contains(address) }) { return true }
            return scheme == .https && address.isPublicUnicast
        }
    }

    /// Judges by a rule; tests change their mind between two requests.
    init(opensPlainHTTP: Bool, judge: @escaping @Sendable (IPAddress, URI.Scheme) -> Bool) {
        self.opensPlainHTTP = opensPlainHTTP
        self.judge = judge
    }

    /// Judges an address in binary form, whatever name led to it.
    func admits(_ address: IPAddress, over scheme: URI.Scheme) -> Bool { judge(address, scheme) }

    /// Judges what can be seen of a URI before anything is resolved.
    ///
    /// - Throws: `refusedURI` for plain http that is not open and for ports of other services (SSH, mail, ...);
    ///   `refusedAddress` for an address that `admits` refuses.
    func check(_ uri: URI) throws(TransferError) {
        guard uri.scheme == .https || opensPlainHTTP else {
            throw .refusedURI(reason: "plain http is not open")
        }
        let port = uri.host.port ?? uri.scheme.defaultPort
        guard port >= 1024 || port == 443 || (port == 80 && opensPlainHTTP) else {
            throw .refusedURI(reason: "port \(port) belongs to another service")
        }
        if let address = uri.host.address, !admits(address, over: uri.scheme) {
            throw .refusedAddress(address, isLiteral: true)
        }
    }
}
