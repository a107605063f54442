import Domain
import Testing

@Suite("Host")
struct HostTests {
    @Test(
        "every spelling of a host is brought to one form (ORI-13)",
        arguments: [
            ("vic.example", "vic.example"), ("VIC.Example", "vic.example"), ("vic.example.", "vic.example"),
            ("vic.example:443", "vic.example"), ("VIC.EXAMPLE.:443", "vic.example"),
            ("vic.example:8443", "vic.example:8443"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("XN--fiqs8S", "xn--fiqs8s"),
            ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"), ("localhost", "localhost"), ("a-b.c-d", "a-b.c-d"),
            ("192.0.2.1", "192.0.2.1"), ("192.0.2.1.", "192.0.2.1"), ("192.0.2.1:8080", "192.0.2.1:8080"),
            ("[2001:DB8:0:0:0:0:0:1]", "[2001:db8::1]"), ("[::1]:8080", "[::1]:8080"),
            ("[0:0:0:0:0:0:0:0]", "[::]"),
            ("[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]"), ("[::FFFF:7F00:1]", "[::ffff:127.0.0.1]"),
            ("1.example", "1.example"), ("example.0xyz", "example.0xyz"), ("3com", "3com"),
        ]
    )
    func canonicalForm(text: String, canonical: String) throws {
        let host = try Host(text)
        #expect(host.description == canonical)
        #expect(try Host(canonical) == host)
    }

    @Test(
        "what is no host is refused with its reason (ORI-13, PAR-08)",
        arguments: [
            ("", NameError.empty), (".", .empty), (":443", .empty), ("vic/tim.example", .badByte(0x2F)),
            ("vic\\tim.example", .badByte(0x5C)), ("user@vic.example", .userInfo),
            ("vic%2eexample", .badByte(0x25)),
            ("vic_tim.example", .badByte(0x5F)), ("bücher.example", .internationalHost),
            ("ⓛocalhost", .internationalHost),
            ("\u{212A}.example", .internationalHost), ("vic..example", .badLabel),
            ("vic.example..", .badLabel),
            (".vic.example", .badLabel), ("-vic.example", .badLabel), ("vic-.example", .badLabel),
            ("xn--.example", .badLabel), ("xn--pokxncvks.example", .badLabel), ("xn--a.example", .badLabel),
            ("xn--99999999", .badLabel), ("xn--bcher-kv\u{2D}.example", .badLabel),
            ("vic.example:0", .badPort), ("vic.example:", .badPort), ("vic.example:65536", .badPort),
            ("vic.example:08", .badPort), ("vic.example:+80", .badPort), ("vic.example:80:80", .badPort),
            ("vic example", .badByte(0x20)), ("vic\u{0}.example", .badByte(0)),
            ("vic.example\n", .badByte(0x0A)),
            ("[::1", .badAddress), ("[::1]x", .badAddress), ("[fe80::1%25eth0]", .badAddress),
            ("[]", .badAddress),
            ("[192.0.2.1]", .badAddress), ("::1", .badPort),
        ]
    )
    func refused(text: String, reason: NameError) {
        #expect(throws: reason) { try Host(text) }
    }

    @Test(
        "numbers that resolvers take for addresses are no hosts (FET-01)",
        arguments: [
            "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0", "0x", "1.2.3.256", "1.2.3", "1.2.3.4.5",
            "01.2.3.4",
            "example.1", "example.0x7F", "127.0.0.0x1", "00000000000000000177.0.0.1",
        ]
    )
    func numericForms(text: String) throws {
        #expect(throws: NameError.numericHost) { try Host(text) }
    }

    @Test("a name of 253 bytes is taken, one of 254 is not; so with labels of 63 and 64")
    func lengths() throws {
        let label = String(repeating: "a", count: 63)
        let longest = [label, label, label, String(label.prefix(61))].joined(separator: ".")
        #expect(try Host(longest).name.utf8.count == 253)
        #expect(throws: NameError.tooLong(limit: 253)) { try Host(longest + "a") }
        #expect(throws: NameError.badLabel) { try Host(label + "a.example") }
        #expect(throws: NameError.tooLong(limit: 253)) { try Host(String(repeating: "a.", count: 1_000_000)) }
    }

    @Test("a host is below another only at a dot, and an address is below nothing (ACT-26)")
    func subdomains() throws {
        let blocked = try Host("blocked.example")
        for text in [
            "blocked.example", "SUB.blocked.example.", "a.b.blocked.example", "sub.blocked.example:8443",
        ] {
            #expect(try Host(text).isSameOrSubdomain(of: blocked), "\(text)")
        }
        for text in ["unblocked.example", "example", "blocked.example.org", "192.0.2.1"] {
            #expect(try !Host(text).isSameOrSubdomain(of: blocked), "\(text)")
        }
        #expect(try !Host("9.192.0.2.x").isSameOrSubdomain(of: Host("192.0.2.1")))
        #expect(try !Host("a.example").isSameOrSubdomain(of: Host("a.example:8443")))
        #expect(try Host("a.example:8443").isSameOrSubdomain(of: Host("a.example:8443")))
    }
}
