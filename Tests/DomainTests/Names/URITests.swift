import Domain
import Testing

@Suite("URI")
struct URITests {
    @Test(
        "a well-formed URI is taken apart and keeps its bytes",
        arguments: [
            ("https://vic.example", "https://vic.example/", "/"),
            (
                "HTTPS://Vic.Example:443/A/../b%2e?Q=[1]&r=%20", "https://vic.example/A/../b%2e?Q=[1]&r=%20",
                "/A/../b%2e?Q=[1]&r=%20"
            ),
            ("http://vic.example:80/x", "http://vic.example/x", "/x"),
            ("https://a.b?x", "https://a.b/?x", "/?x"),
            ("http://north.localhost:8081/@ada", "http://north.localhost:8081/@ada", "/@ada"),
            ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/", "/"),
        ]
    )
    func parts(text: String, canonical: String, target: String) throws {
        let uri = try URI(text)
        #expect(uri.description == canonical)
        #expect(uri.target == target)
        #expect(uri.fragment == nil)
        #expect(try URI(canonical) == uri)
    }

    @Test(
        "what others read differently is refused (PAR-08)",
        arguments: [
            ("https://a\\@b/", NameError.userInfo), ("https://a\\b/", .badByte(0x5C)),
            ("https://a%2eb/", .badByte(0x25)),
            ("https:///a", .empty), ("https://user@a/", .userInfo), ("https://user:pw@a/", .userInfo),
            ("https://a:0/", .badPort), ("https://a:/", .badPort), ("https://a\t/", .badByte(9)),
            ("https://a/\t", .badByte(9)),
            ("https://a/%00", .badEscape), ("https://a/?%00", .badEscape), ("https://a/#%00", .badEscape),
            ("https://ä.example/", .internationalHost), ("https://a/ä", .badByte(0xC3)),
            ("https://a/ b", .badByte(0x20)),
            ("https://a/\\b", .badByte(0x5C)), ("https://a/%", .badEscape), ("https://a/%4", .badEscape),
            ("https://a/%zz", .badEscape), ("https://a/<", .badByte(0x3C)), ("https://a/\"", .badByte(0x22)),
            ("https://a/#x#y", .badByte(0x23)), ("https://a/\r\nHost: b", .badByte(0x0D)),
            ("https://a/\u{7F}", .badByte(0x7F)),
            (" https://a/", .badScheme), ("https:a", .badScheme), ("https:/a", .badScheme),
            ("//a/", .badScheme),
            ("ftp://a/", .badScheme), ("file:///etc/passwd", .badScheme), ("gopher://a/", .badScheme),
            ("data:text/plain,x", .badScheme), ("javascript:alert(1)", .badScheme), ("", .empty),
            ("https://", .empty),
            ("https://?x", .empty), ("http://a:443/", .badPort), ("https://2130706433/", .numericHost),
        ]
    )
    func refused(text: String, reason: NameError) {
        #expect(throws: reason) { try URI(text) }
    }

    @Test("a URI of 2048 bytes is taken, a longer one is not")
    func length() throws {
        let start = "https://a.example/"
        let text = start + String(repeating: "x", count: 2048 - start.utf8.count)
        #expect(try URI(text).description == text)
        #expect(throws: NameError.tooLong(limit: 2048)) { try URI(text + "x") }
        #expect(throws: NameError.tooLong(limit: 2048)) {
            try URI(start + String(repeating: "x", count: 8192))
        }
    }

    @Test("a fragment is kept apart from what is sent")
    func fragment() throws {
        let key = try URI("https://a.example/ap/actor#main-key")
        #expect(key.target == "/ap/actor")
        #expect(key.fragment == "main-key")
        #expect(key.withoutFragment.description == "https://a.example/ap/actor")
        #expect(key.withoutFragment.withFragment("main-key") == key)
        #expect(try URI("https://a.example/#").fragment == "")
    }

    @Test("the origin is scheme, host and port, whatever their spelling")
    func origin() throws {
        #expect(try URI("https://A.example:443/x").origin == URI("https://a.example/y#z").origin)
        #expect(try URI("https://a.example/").origin != URI("http://a.example/").origin)
        #expect(try URI("https://a.example/").origin != URI("https://a.example:8443/").origin)
        #expect(try Origin("https://a.example/").description == "https://a.example")
        #expect(throws: NameError.self) { try Origin("https://a.example/x") }
    }

    @Test("URIs of our own are put together so that they can be read again")
    func building() throws {
        let origin = try Origin("https://a.example")
        for target in ["/ap/actor", "ap", "/@\u{202E}evil\" ?x#y", "/100%", "/%41", "/a\u{0}b", ""] {
            let uri = URI(origin: origin, target: target)
            #expect(try URI(uri.description) == uri)
            #expect(uri.origin == origin)
        }
        let base = try URI("https://a.example/ap/actors/1?page=2#x")
        #expect(base.appending(path: "/inbox").description == "https://a.example/ap/actors/1/inbox")
        #expect(try URI("https://a.example").appending(path: "x").description == "https://a.example/x")
    }
}
