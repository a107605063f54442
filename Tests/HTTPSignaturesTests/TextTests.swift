import Testing

@testable import HTTPSignatures

@Suite struct TextTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 writes and reads the vectors of RFC 4648`(plain: String, encoded: String) {
        #expect(Base64.encode([UInt8](plain.utf8)) == encoded)
        #expect(Base64.decode(encoded.utf8) == [UInt8](plain.utf8))
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "-_-_", "Zg==Zg==", "=Zg=", "====", "Z",
        "é===",
    ])
    func `Base64 that is not the one right spelling is refused`(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test(arguments: [
        ("Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            "The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"
        ),
    ])
    func `Base58 writes and reads known values`(plain: String, encoded: String) {
        #expect(Base58.encode([UInt8](plain.utf8)) == encoded)
        #expect(Base58.decode(encoded.utf8) == [UInt8](plain.utf8))
    }

    @Test func `Base58 keeps leading zeros`() {
        #expect(Base58.encode([0, 0, 0x28, 0x7F, 0xB4, 0xCD]) == "11233QC4")
        #expect(Base58.decode("11233QC4".utf8) == [0, 0, 0x28, 0x7F, 0xB4, 0xCD])
    }

    @Test(arguments: ["0", "O", "I", "l", "z6Mk é", String(repeating: "2", count: 65)])
    func `Base58 with other letters, or too long, is refused`(text: String) {
        #expect(Base58.decode(text.utf8) == nil)
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_388_957_500, "Sun, 05 Jan 2014 21:31:40 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func `HTTP dates are written and read`(seconds: Int64, text: String) {
        #expect(HTTPDate.format(seconds) == text)
        #expect(HTTPDate.parse(text.utf8) == seconds)
    }

    @Test(arguments: [
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Wed, 30 Feb 2000 00:00:00 GMT",
        "Thu, 01 Jan 1970 24:00:00 GMT", "Thu, 01 Jan 1969 00:00:00 GMT", "Thu, 00 Jan 1970 00:00:00 GMT",
        "sun, 06 nov 1994 08:49:37 gmt", "1994-11-06T08:49:37Z", "784111777", "",
        "Sun, 06 Nov 1994 08:49:60 GMT",
    ])
    func `a date in any other form is refused`(text: String) {
        #expect(HTTPDate.parse(text.utf8) == nil)
    }

    @Test(arguments: ["0", "1618884473", "999999999999999"])
    func `whole seconds are read`(text: String) {
        #expect(SignatureWindow.milliseconds(ofSeconds: text) == Int64(text).map { $0 * 1_000 })
    }

    @Test(arguments: [
        "", "-1", "+1", "1.0", "1e30", "9223372036854775808", "1000000000000000", "abc", "１", " 1",
    ])
    func `other numbers are refused and nothing traps`(text: String) {
        #expect(SignatureWindow.milliseconds(ofSeconds: text) == nil)
    }

    @Test(arguments: [
        "a=1", "a=1, b=2", "a", "a;x", #"a=("x" "y");p=1;q="z""#, "a=:Zg==:", "a=(  )", " a=1 ", "a=?0",
        "a=tok/en:x",
    ])
    func `dictionaries are read`(text: String) {
        #expect(StructuredDictionary(text) != nil)
    }

    @Test(arguments: [
        "", "a=", "a=1,", "a=1,,b=2", "a=1, a=2", "A=1", "a=1;p=1;p=2", "a=(\"x\"\"y\")", "a=(\"x\"", "a=\"x",
        "a=:Zg:",
        "a=:Z g=:", "a=\"x\\\"y\"", "a=\"é\"", "a=1 b=2", "a=@1", "a=%\"x\"", "a=?2", "a=((1))", "é=1", "a;",
        "a=1;", "\u{0}",
    ])
    func `dictionaries that are malformed, or give a name twice, are refused`(text: String) {
        #expect(StructuredDictionary(text) == nil)
    }
}
