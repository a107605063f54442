extension IPAddress {
    /// Whether it is the address of one machine on the public internet.
    ///
    /// Everything unknown is not. IPv4: all but the special-purpose blocks. IPv6: inside 2000::/3 alone, without
    /// documentation, benchmarking, Teredo, ORCHID and 6to4; so IPv4-mapped, IPv4-compatible, NAT64, unique-local
    /// and link-local addresses are never public. Spec: RFC 6890 and the IANA special-purpose address registries.
    public var isPublicUnicast: Bool {
        switch self {
        case .v4: !Self.special.contains { $0.contains(self) }
        case .v6: Self.global.contains(self) && !Self.special6.contains { $0.contains(self) }
        }
    }

    private static func v4(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ prefix: Int) -> AddressRange {
        AddressRange(.v4(a << 24 | b << 16 | c << 8), prefix)
    }

    private static let special = [
        v4(0, 0, 0, 8),  // this network
        v4(10, 0, 0, 8),  // private
        v4(100, 64, 0, 10),  // carrier-grade NAT
        v4(127, 0, 0, 8),  // loopback
        v4(169, 254, 0, 16),  // link-local, cloud metadata
        v4(172, 16, 0, 12),  // private
        v4(192, 0, 0, 24),  // protocol assignments
        v4(192, 0, 2, 24),  // documentation
        v4(192, 31, 196, 24),  // AS112
        v4(192, 52, 193, 24),  // AMT
        v4(192, 88, 99, 24),  // 6to4 relays
        v4(192, 168, 0, 16),  // private
        v4(192, 175, 48, 24),  // AS112
        v4(198, 18, 0, 15),  // benchmarking
        v4(198, 51, 100, 24),  // documentation
        v4(203, 0, 113, 24),  // documentation
        v4(224, 0, 0, 4),  // multicast
        v4(240, 0, 0, 4),  // reserved, broadcast
    ]

    private static let global = AddressRange(.v6(high: 0x2000 << 48, low: 0), 3)

    private static let special6 = [
        AddressRange(.v6(high: 0x2001 << 48, low: 0), 23),  // Teredo, ORCHID, benchmarking
        AddressRange(.v6(high: 0x2001_0DB8 << 32, low: 0), 32),  // documentation
        AddressRange(.v6(high: 0x2002 << 48, low: 0), 16),  // 6to4
        AddressRange(.v6(high: 0x2620_004F_8000 << 16, low: 0), 48),  // AS112
        AddressRange(.v6(high: 0x3FFF << 48, low: 0), 20),  // documentation
    ]
}
