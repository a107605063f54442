import Domain
import Testing

@testable import Storage

@Suite("Errands")
struct ErrandTests {
    @Test(
        "an errand is noted once in a while, claimed once, and due again when its lease lapses",
        arguments: Engine.all
    )
    func claims(engine: Engine) async throws {
        try await engine.withWorld { world in
            let errands = world.db.errands
            let north = try world.school("north.example")
            let errand = Errand(.parent, try URI("https://far.example/1"), for: north.id)
            #expect(try errands.note(errand, at: world.now))
            #expect(try !errands.note(errand, at: world.now + .minutes(9)))
            #expect(try errands.unnoted([errand], at: world.now + .minutes(9)).isEmpty)
            #expect(try errands.unnoted([errand], at: world.now + .minutes(10)) == [errand])
            let lease = world.now + .minutes(10)
            let first = try #require(try errands.claim(now: world.now, lease: lease))
            #expect(first.uri == errand.uri && first.kind == .parent && first.attempts == 1)
            #expect(try errands.claim(now: world.now, lease: lease) == nil)
            let second = try #require(try errands.claim(now: lease, lease: lease + .minutes(10)))
            #expect(second.attempts == 2)
            #expect(try errands.nextDue() == lease + .minutes(10))
            try errands.release(second, until: lease + .seconds(1))
            #expect(try errands.nextDue() == lease + .seconds(1))
            let third = try #require(try errands.claim(now: lease + .seconds(1), lease: lease + .minutes(9)))
            #expect(third.attempts == 2)
            try errands.settle(third, .gone, at: lease)
            #expect(try errands.nextDue() == nil)
            #expect(try errands.claim(now: lease + .days(1), lease: lease + .days(2)) == nil)
            #expect(try errands.reasons(.parent, [errand.uri], for: north.id) == [errand.uri: .gone])
            #expect(try errands.reasons(.replies, [errand.uri], for: north.id).isEmpty)
            // Noted again it is due, and begins anew.
            #expect(try errands.note(errand, at: lease + .days(1)))
            #expect(try errands.claim(now: lease + .days(1), lease: lease + .days(2))?.attempts == 1)
        }
    }

    @Test("the oldest is taken first, of hosts that are not asked already", arguments: Engine.all)
    func hosts(engine: Engine) async throws {
        try await engine.withWorld { world in
            let errands = world.db.errands
            let north = try world.school("north.example")
            for (index, host) in ["far.example", "far.example", "near.example"].enumerated() {
                let errand = Errand(.parent, try URI("https://\(host)/\(index)"), for: north.id)
                try errands.note(errand, at: world.now + .seconds(Int64(index)))
            }
            let (now, lease) = (world.now + .seconds(9), world.now + .minutes(9))
            let busy: Set = [try Host("far.example")]
            #expect(try errands.claim(now: now, lease: lease)?.uri.description == "https://far.example/0")
            let other = try errands.claim(now: now, lease: lease, except: busy)
            #expect(other?.uri.description == "https://near.example/2")
            #expect(try errands.claim(now: now, lease: lease, except: busy) == nil)
            #expect(try errands.claim(now: now, lease: lease)?.uri.description == "https://far.example/1")
        }
    }

    @Test(
        "a host's errands are bounded, another's are not touched by that; old ones go",
        arguments: Engine.all
    )
    func bounds(engine: Engine) async throws {
        try await engine.withWorld { world in
            let errands = world.db.errands
            let north = try world.school("north.example")
            for index in 0..<ErrandStore.maximumPerHost {
                let errand = Errand(.parent, try URI("https://far.example/\(index)"), for: north.id)
                #expect(try errands.note(errand, at: world.now))
            }
            let more = Errand(.parent, try URI("https://far.example/more"), for: north.id)
            #expect(try !errands.note(more, at: world.now))
            let other = Errand(.parent, try URI("https://near.example/1"), for: north.id)
            #expect(try errands.note(other, at: world.now))
            #expect(try errands.countWaiting() == ErrandStore.maximumPerHost + 1)
            try errands.settle(other, nil, at: world.now)
            #expect(try errands.countWaiting() == ErrandStore.maximumPerHost)
            #expect(try errands.removeOld(notedBefore: world.now, limit: 9) == 0)
            // What is due is not removed, however old.
            #expect(try errands.removeOld(notedBefore: world.now + .days(1), limit: 9) == 1)
        }
    }

    @Test(
        "a post that was fetched arrives once; one that was sent, or is gone, does not",
        arguments: Engine.all
    )
    func arrival(engine: Engine) async throws {
        try await engine.withWorld { world in
            let ben = try world.peer("ben", at: "far.example")
            let (sent, fetched) = (try world.post(by: ben), try world.post(by: ben))
            let gone = try world.post(by: ben)
            for post in [fetched, gone] { try world.db.posts.setFetched(post.id, at: world.now) }
            try world.db.posts.bury(gone.id, at: world.now)
            #expect(try !world.db.posts.arrive(sent.id))
            #expect(try !world.db.posts.arrive(gone.id))
            #expect(try world.db.posts.arrive(fetched.id))
            #expect(try !world.db.posts.arrive(fetched.id))
        }
    }
}
