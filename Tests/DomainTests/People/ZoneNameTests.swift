import Domain
import Testing

@Suite("Time zones")
struct ZoneNameTests {
    private static let summer = Timestamp(milliseconds: 1_782_000_000_000)
    private static let winter = Timestamp(milliseconds: 1_796_000_000_000)

    @Test("a clock shows a time as its zone has it, in summer and in winter")
    func clocks() throws {
        let berlin = try #require(ZoneName("Europe/Berlin"))
        let kathmandu = try #require(ZoneName("Asia/Kathmandu"))
        #expect(ZoneName.utc.clock(at: Self.summer) == "2026-06-21T00:00")
        #expect(berlin.clock(at: Self.summer) == "2026-06-21T02:00")
        #expect(ZoneName.utc.clock(at: Self.winter) == "2026-11-30T00:53")
        #expect(berlin.clock(at: Self.winter) == "2026-11-30T01:53")
        #expect(kathmandu.clock(at: Self.winter) == "2026-11-30T06:38")
        #expect(try #require(ZoneName("America/New_York")).clock(at: Self.winter) == "2026-11-29T19:53")
    }

    @Test(
        "what a clock shows is read back to the minute",
        arguments: ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati"]
    )
    func back(_ name: String) throws {
        let zone = try #require(ZoneName(name))
        for time in [Self.summer, Self.winter] {
            let minute = Timestamp(milliseconds: time.milliseconds / 60_000 * 60_000)
            #expect(zone.time(ofClock: zone.clock(at: time)) == minute)
            #expect(zone.time(ofClock: zone.clock(at: time).replacing("T", with: " ") + ":30") == minute)
        }
    }

    @Test("of an hour that comes twice it is the first; one that is skipped is read as before the change")
    func changes() throws {
        let berlin = try #require(ZoneName("Europe/Berlin"))
        let utc = ZoneName.utc
        // Clocks went back from 03:00 to 02:00 at 01:00 UTC, and forward from 02:00 to 03:00 at the same hour.
        #expect(berlin.time(ofClock: "2026-10-25T02:30") == utc.time(ofClock: "2026-10-25T00:30"))
        #expect(berlin.time(ofClock: "2026-10-25T01:59") == utc.time(ofClock: "2026-10-24T23:59"))
        #expect(berlin.time(ofClock: "2026-10-25T03:00") == utc.time(ofClock: "2026-10-25T02:00"))
        let skipped = try #require(berlin.time(ofClock: "2026-03-29T02:30"))
        #expect(skipped == utc.time(ofClock: "2026-03-29T01:30"))
        #expect(berlin.clock(at: skipped) == "2026-03-29T03:30")
        #expect(berlin.time(ofClock: "2026-03-29T01:59") == utc.time(ofClock: "2026-03-29T00:59"))
        #expect(berlin.time(ofClock: "2026-03-29T03:00") == utc.time(ofClock: "2026-03-29T01:00"))
    }

    @Test(
        "what no clock shows is no time",
        arguments: [
            "", "2026-12-01", "10:00", "2026-12-01T", "2026-13-01T10:00", "2026-02-29T10:00",
            "2026-12-01T24:00", "2026-12-01T10:60", "2026-12-01T1:00", "2026-12-01T+1:00",
            "2026-12-01T10:00:x0", "2026-12-01T10:00Z", "2026-12-01X10:00", "2026-12-01T10:00:00:00",
        ]
    )
    func none(_ text: String) {
        #expect(ZoneName.utc.time(ofClock: text) == nil)
        #expect(ZoneName.utc.time(ofClock: "2026-12-01T10:00:00.000") != nil)
    }

    @Test("a name that is none is refused; one that was stored and is not known any more shows UTC")
    func names() throws {
        for name in ["", "Berlin", "europe/berlin", "GMT+0100", "../etc/passwd"] {
            #expect(ZoneName(name) == nil)
        }
        #expect(ZoneName("Europe/Berlin")?.description == "Europe/Berlin" && ZoneName("UTC") == .utc)
        #expect(ZoneName(stored: "Moon/Crater").clock(at: Self.summer) == "2026-06-21T00:00")
    }
}
