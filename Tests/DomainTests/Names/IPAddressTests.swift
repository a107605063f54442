import Domain
import Testing

@Suite("IPAddress")
struct IPAddressTests {
    @Test(
        "an address is read strictly and written in its one form",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::0:1", "2001:db8::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("fe80:0:0:0:0:0:0:0", "fe80::"),
        ]
    )
    func canonicalForm(text: String, canonical: String) throws {
        #expect(try IPAddress(text).description == canonical)
        #expect(try IPAddress(canonical) == IPAddress(text))
    }

    @Test(
        "any other form is refused (FET-01)",
        arguments: [
            "", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0", "1.2.3.4.", "1.2.3.256", " 1.2.3.4",
            "1.2.3.4\n", "1..2.3",
            "+1.2.3.4", "①.2.3.4", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::",
            "12345::", "g::", "::1%eth0", "[::1]", "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", ":1::",
            "1:::",
            "::ffff:127.0.0.01",
        ]
    )
    func refused(text: String) {
        #expect(throws: NameError.badAddress) { try IPAddress(text) }
    }

    @Test(
        "only machines on the public internet are public (FET-02)",
        arguments: [
            "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
            "255.255.255.255",
            "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
            "64:ff9b:1::1", "100::1",
            "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "2001::1", "2001:10::1", "2001:20::1",
            "2001:1ff:ffff::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "3fff:fff::1",
            "4000::1", "1fff::1",
            "5f00::1",
        ]
    )
    func special(text: String) throws {
        #expect(try !IPAddress(text).isPublicUnicast)
    }

    @Test(
        "their neighbours are",
        arguments: [
            "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
            "198.17.255.255", "198.20.0.0",
            "223.255.255.255", "2000::1", "2001:200::1", "2001:db7::1", "2001:db9::1", "2003::1",
            "2606:4700::1111",
            "3ffe::1", "3fff:1000::1",
        ]
    )
    func ordinary(text: String) throws {
        #expect(try IPAddress(text).isPublicUnicast)
    }

    @Test("a range holds its own addresses and no others")
    func ranges() throws {
        let demo = try AddressRange("127.0.1.0/24")
        #expect(try demo.contains(IPAddress("127.0.1.255")))
        #expect(try !demo.contains(IPAddress("127.0.2.0")))
        #expect(try !demo.contains(IPAddress("::ffff:127.0.1.1")))
        #expect(try AddressRange("0.0.0.0/0").contains(IPAddress("8.8.8.8")))
        #expect(try !AddressRange("0.0.0.0/0").contains(IPAddress("::1")))
        #expect(try AddressRange("::/0").contains(IPAddress("ffff::")))
        #expect(try AddressRange("2001:db8::/65").contains(IPAddress("2001:db8::7fff:0:0:1")))
        #expect(try !AddressRange("2001:db8::/65").contains(IPAddress("2001:db8::8000:0:0:1")))
        #expect(try AddressRange("192.0.2.1").description == "192.0.2.1/32")
        #expect(try AddressRange("::1").contains(IPAddress("::1")))
    }

    @Test(
        "what is no range is refused",
        arguments: [
            "", "/8", "127.0.0.0/", "127.0.0.0/33", "::/129", "127.0.0.0/-1", "127.0.0.0/08", "127.0.0.0/8/8",
            "127.0.0.1/8",
            "127.0.0.0/8 ", "localhost/8", "127.1/8",
        ]
    )
    func badRanges(text: String) {
        #expect(throws: NameError.self) { try AddressRange(text) }
    }

    @Test("a socket address is read from its bytes, and a short or foreign one is not")
    func socketAddresses() throws {
        let v4: [UInt8] = [2, 0, 0x1F, 0x90, 127, 0, 1, 9] + Array(repeating: 0, count: 8)
        let v6: [UInt8] =
            [10, 0, 0x1F, 0x90, 0, 0, 0, 0] + Array(repeating: 0, count: 10) + [255, 255, 127, 0, 0, 1] + [
                0, 0, 0, 0,
            ]
        let mapped = try #require(v6.withUnsafeBytes { IPAddress(socketAddress: $0) })
        #expect(try v4.withUnsafeBytes { IPAddress(socketAddress: $0) } == IPAddress("127.0.1.9"))
        #expect(try mapped == IPAddress("::ffff:127.0.0.1"))
        #expect(try mapped.unmapped == IPAddress("127.0.0.1"))
        #expect(v4.prefix(7).withUnsafeBytes { IPAddress(socketAddress: $0) } == nil)
        #expect(v6.prefix(20).withUnsafeBytes { IPAddress(socketAddress: $0) } == nil)
        #expect(([1, 0] + Array("/run/x".utf8)).withUnsafeBytes { IPAddress(socketAddress: $0) } == nil)
    }
}
