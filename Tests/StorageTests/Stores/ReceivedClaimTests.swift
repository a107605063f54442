import Domain
import Storage
import Testing

@Suite("Claims of received activities")
struct ReceivedClaimTests {
    @Test("of one actor 32 and of one host 128 are in work; other hosts go on", arguments: Engine.all)
    func bounds(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            for actor in 0..<8 {
                let peer = try world.peer("p\(actor)", at: "far.example")
                for number in 0..<40 {
                    _ = try db.receivedActivities.keep(try world.received("\(actor)-\(number)", by: peer))
                }
            }
            let carl = try world.peer("carl", at: "near.example")
            _ = try db.receivedActivities.keep(try world.received("carl", by: carl))
            var claimed: [String] = []
            while case let batch = try world.claim(999), !batch.isEmpty { claimed += batch }
            #expect(claimed.count == 129 && claimed.contains("carl"))
            #expect(claimed.count { $0.hasPrefix("0-") } == 32)
            let done = try #require(
                try db.receivedActivities.find(uri: try URI("https://near.example/activities/carl"))
            )
            #expect(try db.receivedActivities.finish(done.id, as: .applied))
            _ = try db.receivedActivities.keep(try world.received("carl2", by: carl))
            #expect(try world.claim(999) == ["carl2"])
        }
    }

    @Test("hosts take turns, however much the first of them has", arguments: Engine.all)
    func turns(engine: Engine) async throws {
        try await engine.withWorld { world in
            for host in ["a.example", "b.example", "c.example"] {
                for actor in 0..<4 {
                    let peer = try world.peer("p\(actor)", at: host)
                    for number in 0..<8 {
                        let name = "\(host.prefix(1))\(actor)\(number)"
                        _ = try world.db.receivedActivities.keep(try world.received(name, by: peer))
                    }
                }
            }
            var hosts: [Set<String>] = []
            while case let claimed = try world.claim(8), !claimed.isEmpty {
                hosts.append(Set(claimed.map { String($0.prefix(1)) }))
            }
            #expect(hosts.prefix(3) == [["a"], ["b"], ["c"]])
            #expect(hosts.count == 12)
        }
    }

    @Test(
        "REL-14: what ends its process three times on its own is put aside; what ran beside it is not",
        arguments: Engine.all
    )
    func poison(engine: Engine) async throws {
        try await engine.withWorld { world in
            let store = world.db.receivedActivities
            for name in ["poison", "other"] {
                _ = try store.keep(try world.received(name, by: try world.peer(name, at: "\(name).example")))
            }
            #expect(try Set(world.claim(9)) == ["poison", "other"])
            try store.suspectAll()
            #expect(try world.claim(9) == [])
            for crash in 1...3 {
                while let suspect = try store.claimSuspect(lease: world.now + .minutes(2)) {
                    #expect(suspect.crashes == (suspect.uri.host.name == "poison.example" ? crash : 1))
                    if suspect.uri.host.name == "poison.example" { break }
                    #expect(try store.finish(suspect.id, as: .applied))
                }
                try store.suspectAll()
            }
            #expect(try store.counts() == [.applied: 1, .quarantined: 1])
            let aside = try #require(try store.quarantined(limit: 9).first)
            #expect(aside.uri.host.name == "poison.example" && aside.reason != nil && !aside.body.isEmpty)
            // Tried anew, it is still run on its own.
            #expect(try store.retryQuarantined() == 1)
            #expect(try store.hasSuspect())
        }
    }

    @Test("REL-14: processes that are killed again and again put nothing aside", arguments: Engine.all)
    func killed(engine: Engine) async throws {
        try await engine.withWorld { world in
            let store = world.db.receivedActivities
            for number in 0..<40 {
                let peer = try world.peer("p\(number)", at: "h\(number % 9).example")
                _ = try store.keep(try world.received("\(number)", by: peer))
            }
            for _ in 0..<30 {
                _ = try world.claim(9)
                // Killed over a suspect each time; the least suspicious comes first, so it is another one.
                _ = try store.claimSuspect(lease: world.now + .minutes(2))
                try store.suspectAll()
            }
            #expect(try store.counts()[.quarantined] == nil)
        }
    }

    @Test("a lease that is renewed does not lapse; one that lapses makes suspected", arguments: Engine.all)
    func leases(engine: Engine) async throws {
        try await engine.withWorld { world in
            let store = world.db.receivedActivities
            let received = try world.received("1", by: try world.peer("ben", at: "far.example"))
            _ = try store.keep(received)
            _ = try world.claim(1)
            world.advance(.seconds(50))
            try store.renew([received.id], of: nil, lease: world.now + .minutes(1), now: world.now)
            world.advance(.seconds(50))
            #expect(try store.suspect(lapsedAt: world.now) == 0)
            world.advance(.seconds(10))
            #expect(try store.suspect(lapsedAt: world.now, except: [received.id]) == 0)
            #expect(try store.suspect(lapsedAt: world.now) == 1)
            #expect(try store.hasSuspect())
        }
    }

    @Test(
        "REL-09: what came, or failed, while the clock was ten years ahead is not late",
        arguments: Engine.all
    )
    func clock(engine: Engine) async throws {
        try await engine.withWorld { world in
            let store = world.db.receivedActivities
            let ben = try world.peer("ben", at: "far.example")
            let carl = try world.peer("carl", at: "far.example")
            let tenYears = Span.days(3_650)
            world.advance(tenYears)
            let failed = try world.received("failed", by: ben)
            _ = try store.keep(failed)
            #expect(try world.claim(9) == ["failed"])
            try store.postpone(failed.id, until: world.now + .seconds(15), reason: "x")
            _ = try store.keep(try world.received("ahead", by: carl))
            world.advance(Span(milliseconds: -tenYears.milliseconds))
            #expect(try world.claim(9) == ["ahead"])
            try store.renew([], of: nil, lease: world.now, now: world.now)
            #expect(try world.claim(9) == ["failed"])
        }
    }

    @Test("a row that cannot be read is put aside; the rest of the batch goes on", arguments: Engine.all)
    func damaged(engine: Engine) async throws {
        try await engine.withWorld { world in
            let store = world.db.receivedActivities
            let broken = try world.received("broken", by: try world.peer("ben", at: "far.example"))
            _ = try store.keep(broken)
            _ = try store.keep(try world.received("sound", by: try world.peer("carl", at: "far.example")))
            try world.db.run("UPDATE received_activity SET actor = 'no actor' WHERE id = \(broken.id)")
            #expect(try world.claim(9) == ["sound"])
            #expect(try store.counts() == [.claimed: 1, .quarantined: 1])
        }
    }
}
