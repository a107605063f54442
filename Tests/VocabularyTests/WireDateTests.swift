import Testing
import Vocabulary

@Suite("Times on the wire")
struct WireDateTests {
    @Test(
        "times are read to the millisecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-24T02:08:12.345Z", 1_795_486_092_345),
            ("2000-02-29T23:59:59+00:00", 951_868_799_000),
            ("2026-01-01T00:00:00.9999999+02:30", 1_767_216_600_999),
            ("1969-12-31T23:59:59.5Z", -500), ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("2016-12-31T23:59:60Z", 1_483_228_799_000),
            ("2026-11-24t02:08z", 1_795_486_080_000),
        ] as [(String, Int64)]
    )
    func parse(_ text: String, _ milliseconds: Int64) {
        #expect(WireDate.parse(text) == milliseconds)
    }

    @Test(
        "what is no time is nil",
        arguments: [
            "", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "0000-01-01T00:00:00Z",
            "2026-01-01T00:00:00+25:00", "2026-01-01T00:00:00Zx", "２０２６-01-01T00:00:00Z",
            "2026-01-01T00:00:00.Z",
            "99999-01-01T00:00:00Z",
        ]
    )
    func refused(_ text: String) {
        #expect(WireDate.parse(text) == nil)
    }

    @Test("writing and reading agree over ten thousand years")
    func roundTrip() {
        var random = Seeded(state: 11)
        for _ in 0..<20_000 {
            let time = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            #expect(WireDate.parse(WireDate.format(time)) == time)
        }
    }

    @Test("times beyond the years 1 to 9999 are moved to their ends")
    func clamped() {
        #expect(WireDate.format(.max) == "9999-12-31T23:59:59.999Z")
        #expect(WireDate.format(.min) == "0001-01-01T00:00:00.000Z")
    }
}
