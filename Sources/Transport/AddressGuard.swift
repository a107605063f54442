import Domain

/// Judges where connections may go: default-deny, public addresses only, plus what the configuration opens.
struct AddressGuard: Sendable {
    private let allowed: [AddressRange]
    private let refused: [AddressRange]

    init(_ configuration: TransportConfiguration) {
        allowed = configuration.allowedRanges
        refused = configuration.refusedRanges
    }

    /// Judges an address in binary form, whatever name led to it.
    ///
    /// Plain http goes to the ranges that were opened by hand alone.
    func admits(_ address: IPAddress, over scheme: URI.Scheme) -> Bool {
        if refused.contains(where: { $0.contains(address) }) { return false }
        if allowed.contains(where: { $0.contains(address) }) { return true }
        return scheme == .https && address.isPublicUnicast
    }

    /// Judges what can be seen of a URI before anything is resolved.
    ///
    /// - Throws: `refusedURI` for plain http that is not open and for ports of other services (SSH, mail, ...);
    ///   `refusedAddress` for an address that `admits` refuses.
    func check(_ uri: URI) throws(TransferError) {
        guard uri.scheme == .https || !allowed.isEmpty else {
            throw .refusedURI(reason: "plain http is not open")
        }
        let port = uri.host.port ?? uri.scheme.defaultPort
        guard port >= 1024 || port == 443 || (port == 80 && !allowed.isEmpty) else {
            throw .refusedURI(reason: "port \(port) belongs to another service")
        }
        if let address = uri.host.address, !admits(address, over: uri.scheme) {
            throw .refusedAddress(address, isLiteral: true)
        }
    }
}
