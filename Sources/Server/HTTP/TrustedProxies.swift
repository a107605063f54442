import Domain
import HTTPTypes

/// Finds out who is behind a trusted proxy.
///
/// `X-Forwarded-For` is a list that every hop appends to, so only its right end is ours: it is read from the right,
/// past the proxies we trust, to the first address we do not. Anybody can write the rest. `X-Forwarded-Host` is never
/// read.
struct TrustedProxies: Sendable {
    let ranges: [AddressRange]

    /// More hops than any real chain of proxies has.
    private static let mostHops = 16

    /// Fills in the client's address from a request's fields, if a trusted proxy sent it.
    func resolve(_ client: inout Client, fields: HTTPFields) {
        guard !ranges.isEmpty, let peer = client.peer, contains(peer) else { return }
        client.isProxied = true
        client.address = address(behind: peer, hops: fields[values: .forwardedFor])
        if fields[values: .forwardedProto].map({ $0.lowercased() }) == ["https"] { client.isSecure = true }
    }

    func contains(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address.unmapped) }
    }

    /// The rightmost address that is no trusted proxy; nil when the proxy named nobody that can be read.
    private func address(behind peer: IPAddress, hops: [String]) -> IPAddress? {
        var found: IPAddress?
        var seen = 0
        for line in hops.reversed() {
            for hop in line.utf8.split(separator: UInt8(ascii: ",")).reversed() {
                seen += 1
                guard seen <= Self.mostHops, let address = Self.read(hop) else { return nil }
                found = address.unmapped
                guard contains(address) else { return found }
            }
        }
        return found
    }

    /// Reads `192.0.2.1`, `192.0.2.1:1234`, `2001:db8::1` or `[2001:db8::1]:1234`.
    private static func read(_ hop: Substring.UTF8View) -> IPAddress? {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var text = Array(hop.prefix(64))[...].drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        let colons = text.count { $0 == UInt8(ascii: ":") }
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            text = text[..<end].dropFirst()
        } else if colons == 1, let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            text = text[..<colon]
        }
        return try? IPAddress(String(decoding: text, as: UTF8.self))
    }
}
