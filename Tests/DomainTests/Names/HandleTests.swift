import Domain
import Testing

@Suite("Handle")
struct HandleTests {
    private let host: Host

    init() throws { host = try Host("north.example") }

    @Test(
        "a handle is read with or without its sign or scheme",
        arguments: [
            "ben@south.localhost:8082", "@ben@south.localhost:8082", "acct:ben@south.localhost:8082",
            "ACCT:ben@SOUTH.localhost.:8082",
        ]
    )
    func forms(text: String) throws {
        let handle = try Handle(text)
        #expect(handle.name == "ben")
        #expect(handle.host.description == "south.localhost:8082")
        #expect(handle.description == "ben@south.localhost:8082")
    }

    @Test(
        "what is no handle is refused (FET-05, ORI-16)",
        arguments: [
            ("a@host.example:1337/path?x#", NameError.badPort), ("a@host.example/path", .badByte(0x2F)),
            ("a", .notAHandle),
            ("@a", .notAHandle), ("", .notAHandle), ("@host.example@", .empty), ("@@host.example", .empty),
            ("@a@@host.example", .notAHandle),
            ("a@b@c.example", .notAHandle), ("a@", .empty), ("a/b@c.example", .badName),
            ("a b@c.example", .badName),
            ("a\n@c.example", .badName), ("a?x@c.example", .badName), ("a@2130706433", .numericHost),
            ("a%40@c.example", .badName),
        ]
    )
    func refused(text: String, reason: NameError) {
        #expect(throws: reason) { try Handle(text) }
    }

    @Test(
        "a misleading name of a peer is refused (PAR-09)",
        arguments: [
            "", "a@b", "a\u{202E}b", "a\u{2066}b", "a\u{200D}b", "a\u{200B}b", "a\u{FEFF}b", "a\u{00AD}b",
            "a\u{3164}b", "\u{301}a",
            "a\u{0}", "a\u{85}", "a\u{2028}b", "a\u{A0}b", "a\u{E000}b", "a\\b", "a<b", "a\"b", "a#b", "a:b",
            "a\u{E0041}", "a\u{FE0F}",
        ]
    )
    func misleading(name: String) {
        #expect(throws: NameError.self) { try Handle(remote: name, host: host) }
    }

    @Test(
        "an honest name of a peer is kept as it is written",
        arguments: [
            "Ben", "ben.o'neil", "b", "_ben-", "бен", "ben_münchen", "勉", String(repeating: "x", count: 255),
        ]
    )
    func honest(name: String) throws {
        #expect(try Handle(remote: name, host: host).name.utf8.elementsEqual(name.utf8))
    }

    @Test("a name of 256 bytes, 2 MB or 100,000 marks is refused (ORI-16, PAR-09)")
    func longNames() {
        for name in [
            String(repeating: "x", count: 256), String(repeating: "x", count: 2_000_000),
            "a" + String(repeating: "\u{301}", count: 100_000),
        ] {
            #expect(throws: NameError.tooLong(limit: 255)) { try Handle(remote: name, host: host) }
            #expect(throws: NameError.self) { try Handle(name + "@a.example") }
        }
    }

    @Test("composed and decomposed spellings are two handles, for equality and in sets (PAR-09)")
    func normalisation() throws {
        let composed = try Handle(remote: "ren\u{E9}", host: host)
        let decomposed = try Handle(remote: "rene\u{301}", host: host)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(try composed == Handle(remote: "ren\u{E9}", host: host))
    }

    @Test(
        "a local name is lower-case ASCII",
        arguments: [
            ("ada", "ada"), ("ADA", "ada"), ("ada.l-0_", "ada.l-0_"), ("_ada", "_ada"), ("1", "1"),
            ("abcdefghijklmnopqrstuvwxyz0123", "abcdefghijklmnopqrstuvwxyz0123"),
        ]
    )
    func local(text: String, name: String) throws {
        #expect(try Handle(local: text, host: host).name == name)
    }

    @Test(
        "any other local name is refused (PAR-09)",
        arguments: [
            "", ".ada", "ada.", "-ada", "ada-", "ada lovelace", "\u{212A}en", "\u{430}da", "\u{FF41}da",
            "ad\u{131}",
            "ada\u{301}", "ada\u{202E}", "ada@b", "ada/b", "abcdefghijklmnopqrstuvwxyz01234", "ada\n",
            "ada+x",
        ]
    )
    func badLocal(text: String) {
        #expect(throws: NameError.self) { try Handle(local: text, host: host) }
    }

    @Test(
        "reserved names and the school's own are refused, however they are dotted (PAR-10)",
        arguments: [
            "admin", "root", "api", "inbox", "www", "support", "Admin", "ad.min", "well-known", "north",
            "_n_orth", "__", "acct",
        ]
    )
    func reserved(name: String) {
        #expect(throws: NameError.reservedName) { try Handle(local: name, host: host) }
        #expect(ReservedNames.contains(".well-known"))
        #expect(!ReservedNames.contains("ada", at: host))
    }

    @Test("a name like the school's is free at another school")
    func otherSchool() throws {
        #expect(try Handle(local: "north", host: Host("south.example")).name == "north")
        #expect(try Handle(local: "administer", host: host).name == "administer")
    }
}
