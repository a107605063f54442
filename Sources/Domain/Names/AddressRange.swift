/// A block of IP addresses in CIDR form, such as `127.0.1.0/24`, `2001:db8::/32` or a single address.
public struct AddressRange: Hashable, Sendable {
    /// The first address of the block.
    public let first: IPAddress
    /// How many leading bits all its addresses share: 0...32 for IPv4, 0...128 for IPv6.
    public let prefix: Int

    /// Reads `address/prefix`, or one address alone.
    ///
    /// - Throws: `NameError.badAddress`; `NameError.badRange` when the prefix is no number in range or the address
    ///   has bits set behind it, which is a mistake more often than not.
    public init(_ text: String) throws(NameError) {
        let parts = text.utf8.prefix(64).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let address = parts.first, parts.count <= 2 else { throw .badRange }
        first = try IPAddress(String(decoding: address, as: UTF8.self))
        let bits =
            switch first {
            case .v4: 32
            case .v6: 128
            }
        guard parts.count == 2 else {
            prefix = bits
            return
        }
        guard let number = strictDecimal(parts[1], digits: 3), number <= bits else { throw .badRange }
        prefix = Int(number)
        guard Self.masked(first, prefix) == first else { throw .badRange }
    }

    /// Takes the block that holds one address alone.
    public init(_ address: IPAddress) {
        switch address {
        case .v4: self.init(address, 32)
        case .v6: self.init(address, 128)
        }
    }

    /// Takes a block that is known to be well-formed.
    init(_ first: IPAddress, _ prefix: Int) {
        self.first = Self.masked(first, prefix)
        self.prefix = prefix
    }

    /// Whether an address lies in the block; never across the two families, so that an IPv4-mapped IPv6 address is
    /// in no IPv4 block.
    public func contains(_ address: IPAddress) -> Bool {
        Self.masked(address, prefix) == first
    }

    private static func masked(_ address: IPAddress, _ prefix: Int) -> IPAddress {
        switch address {
        case .v4(let number): .v4(number & ~(UInt32.max >> prefix))
        case .v6(let high, let low):
            .v6(
                high: high & ~(UInt64.max >> min(prefix, 64)),
                low: low & ~(UInt64.max >> max(0, prefix - 64))
            )
        }
    }
}

extension AddressRange: CustomStringConvertible {
    /// The text that `init` reads.
    public var description: String { "\(first)/\(prefix)" }
}
