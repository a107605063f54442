import Testing
import Vocabulary

@Suite("JSON")
struct JSONTests {
    @Test(
        "values come back as they were written",
        arguments: [
            #"{"a":[1,-2,3.5,true,false,null,"é\n"],"b":{}}"#, "[]", "0", "-7", #""""#, "9223372036854775807",
        ]
    )
    func roundTrip(_ text: String) throws {
        #expect(JSONWriter.text(try JSONParser.parse(Array(text.utf8))) == text)
    }

    @Test(
        "PAR-03: what is not JSON is refused with the reason",
        arguments: [
            ("", JSONError.Reason.unexpectedEnd), ("{\"a\":1,}", .unexpectedByte), ("[1,]", .unexpectedByte),
            ("[1] x", .trailingBytes), ("{\"a\":1,\"a\":2}", .duplicateKey),
            ("{\"a\":1,\"\\u0061\":2}", .duplicateKey),
            ("\u{FEFF}{}", .byteOrderMark), ("1e400", .numberTooLarge), ("01", .number),
            ("-", .unexpectedEnd),
            ("1.", .unexpectedEnd), ("NaN", .unexpectedByte), ("\"\\ud800\"", .loneSurrogate),
            ("\"\\udc00\"", .loneSurrogate), ("\"\\ud800\\u0041\"", .loneSurrogate), ("\"\\x\"", .escape),
            ("\"\u{1}\"", .controlCharacter), ("\"abc", .unexpectedEnd), ("tru", .unexpectedEnd),
            ("'a'", .unexpectedByte),
        ]
    )
    func refused(_ text: String, _ reason: JSONError.Reason) {
        let error = #expect(throws: JSONError.self) { try JSONParser.parse(Array(text.utf8)) }
        #expect(error?.reason == reason)
    }

    @Test(
        "PAR-03, PAR-05: invalid UTF-8 and UTF-16 are refused",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0xFF, 0xFE, 0x7B, 0x00],
            [0x7B, 0x00, 0x7D, 0x00],
        ] as [[UInt8]]
    )
    func badBytes(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONParser.parse(bytes) }
    }

    @Test("PAR-01: 64 levels are read, 65 are not, a hundred thousand do no harm")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONParser.parse(nested(64)) }
        #expect(throws: JSONError.self) { try JSONParser.parse(nested(65)) }
        #expect(throws: JSONError.self) { try JSONParser.parse(nested(100_000)) }
    }

    @Test("a null character is left out of strings and keys")
    func nullCharacter() throws {
        let value = try JSONParser.parse(Array(#"{"a\u0000b":"c\u0000d"}"#.utf8))
        #expect(value.object?["ab"]?.string == "cd")
    }

    @Test(
        "PAR-04: numbers that fit no integer are numbers; nothing traps",
        arguments: [
            ("1234567890123456789012345678901234567890", 1.2345678901234568e39), ("1e-400", 0), ("-0.0", 0),
            ("1E+2", 100),
        ]
    )
    func numbers(_ text: String, _ number: Double) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == .number(number))
    }

    @Test("surrogate pairs make one character")
    func surrogatePair() throws {
        #expect(try JSONParser.parse(Array(#""\ud83d\ude00""#.utf8)).string == "\u{1F600}")
    }

    @Test("keys are told apart by their bytes: composed and decomposed letters are two")
    func canonicallyEquivalentKeys() throws {
        let value = try JSONParser.parse(Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
        #expect(value.object?.count == 2)
        #expect(value.object?["\u{E9}"] == 1)
        #expect(value.object?["e\u{301}"] == 2)
    }

    @Test("large objects keep order and find every key, and removal keeps the rest")
    func largeObject() throws {
        let pairs = (0..<20_000).map { "\"key\($0)\":\($0)" }.joined(separator: ",")
        var object = try #require(try JSONParser.parse(Array("{\(pairs)}".utf8)).object)
        #expect(object["key0"] == 0)
        #expect(object["key19999"] == 19_999)
        #expect(object.members[77].key == "key77")
        object["key5"] = nil
        #expect(object["key5"] == nil)
        #expect(object["key6"] == 6)
        #expect(object.count == 19_999)
    }

    @Test("the writer escapes what JSON and JavaScript need")
    func escapes() {
        let text = JSONWriter.text(.string("\"\\/\u{8}\u{1}\u{7F}\u{2028}\u{2029}\u{E2}é"))
        #expect(text == #""\"\\/\b\u0001\u007f\u2028\u2029âé""#)
    }

    @Test("numbers that are no JSON are written as null")
    func notFinite() {
        #expect(JSONWriter.text(.array([.number(.infinity), .number(.nan)])) == "[null,null]")
    }

    @Test("random bytes and mutated documents never trap")
    func fuzz() {
        var random = Seeded(state: 7)
        let seed = Array(
            #"{"@context":["https://x"],"id":"https://a/\u00e9","n":[1,2.5e3,{"k":null}],"t":"\ud83d\ude00"}"#
                .utf8
        )
        var parsed = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                    in: .min ... .max,
                    using: &random
                )
            }
            if let value = try? JSONParser.parse(bytes) {
                parsed += 1
                #expect((try? JSONParser.parse(JSONWriter.write(value))) == value)
            }
        }
        #expect(parsed > 100)
    }
}

/// A generator whose numbers are the same every time.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}
