import Domain
import Synchronization
import Testing

@Suite("Ids and times")
struct BasicsTests {
    private final class Clock: WallClock {
        let time = Mutex<Int64>(1_795_000_000_000)
        func now() -> Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
        func uptime() -> Duration { .zero }
    }

    private enum Thing {}

    @Test("ids rise within a millisecond and when the clock goes back")
    func rising() {
        let clock = Clock()
        let ids = IDGenerator(clock: clock)
        var last = ID<Thing>(rawValue: 0)
        for step in 0..<5_000 {
            if step == 2_500 { clock.time.withLock { $0 -= 60_000 } }
            let next: ID<Thing> = ids.next()
            #expect(next > last)
            last = next
        }
        #expect(last.issuedAt >= Timestamp(milliseconds: 1_795_000_000_000))
    }

    @Test("REL-09: ids go on above what the database holds, whatever the clock says")
    func goingOn() {
        let ahead: Int64 = 1_795_003_600_000 << 21
        let ids = IDGenerator(clock: Clock(), after: ahead)
        let first: ID<Thing> = ids.next()
        let second: ID<Thing> = ids.next()
        #expect(first.rawValue > ahead && second > first)
        let fresh: ID<Thing> = IDGenerator(clock: Clock(), after: 1).next()
        #expect(fresh.issuedAt == Timestamp(milliseconds: 1_795_000_000_000))
    }

    @Test("an id for an earlier time sorts there; none is for the future or below zero")
    func earlier() {
        let clock = Clock()
        let ids = IDGenerator(clock: clock)
        let now = clock.now()
        let old: ID<Thing> = ids.next(at: now - .days(1))
        #expect(old.issuedAt == now - .days(1))
        #expect(old >= ID.lowest(at: now - .days(1)) && old < ID.lowest(at: now - .days(1) + .seconds(1)))
        let future: ID<Thing> = ids.next(at: now + .days(1))
        #expect(future.issuedAt == now)
        let ancient: ID<Thing> = ids.next(at: Timestamp(milliseconds: .min))
        #expect(ancient.rawValue >= 0)
    }

    @Test("only decimal digits in range are read as an id")
    func reading() {
        #expect(ID<Thing>("42")?.rawValue == 42)
        #expect(ID<Thing>("9223372036854775807")?.rawValue == .max)
        for text in ["", "-1", "+1", " 1", "1 ", "0x1", "9223372036854775808", "12345678901234567890", "١"] {
            #expect(ID<Thing>(text) == nil, "\(text)")
        }
    }

    @Test("times stop at the ends of their range")
    func saturation() {
        let end = Timestamp(milliseconds: .max)
        let start = Timestamp(milliseconds: .min)
        #expect(end + .seconds(1) == end && start - .seconds(1) == start)
        #expect(Span.days(.max).milliseconds == .max && Span.days(.min).milliseconds == .min)
        #expect(end - start == Span(milliseconds: .max))
        #expect(start - end == Span(milliseconds: .min))
        #expect(Timestamp(milliseconds: 5) - Timestamp(milliseconds: 3) == Span(milliseconds: 2))
        #expect(Timestamp(milliseconds: -5) - Span(milliseconds: .min) == Timestamp(milliseconds: .max - 5))
    }
}
