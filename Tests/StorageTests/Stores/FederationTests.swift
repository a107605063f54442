import Domain
import Storage
import Testing

@Suite("Received activities, partners and peers")
struct FederationTests {
    @Test("an activity is kept once, whoever sends it again", arguments: Engine.all)
    func keeping(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            let ben = try world.peer("ben", at: "far.example")
            let received = ReceivedActivity(
                id: world.id(),
                uri: try URI("https://far.example/activities/1"),
                actor: ben.uri,
                host: ben.handle.host,
                recipient: ada.id,
                body: [0x7B, 0x7D],
                receivedAt: world.now
            )
            #expect(try db.receivedActivities.keep(received))
            #expect(try !db.receivedActivities.keep(received))
            let again = ReceivedActivity(
                id: world.id(),
                uri: received.uri,
                actor: try URI("https://far.example/users/carl"),
                host: ben.handle.host,
                recipient: nil,
                body: [1],
                receivedAt: world.now
            )
            #expect(try !db.receivedActivities.keep(again))
            #expect(try db.receivedActivities.find(uri: received.uri) == received)
            #expect(try db.receivedActivities.counts() == [.kept: 1])
            #expect(try db.receivedActivities.finish(received.id, as: .applied))
            #expect(try !db.receivedActivities.finish(received.id, as: .ignored, reason: "late"))
            #expect(try !db.receivedActivities.keep(received))
            #expect(try db.receivedActivities.find(uri: received.uri)?.body == [])
            #expect(try db.receivedActivities.counts() == [.applied: 1])
        }
    }

    @Test("claims are leased, oldest first, and fall free when the lease is over", arguments: Engine.all)
    func claims(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            for number in 0..<5 {
                let actor = try world.peer("p\(number)", at: "far.example")
                #expect(try db.receivedActivities.keep(try world.received("\(number)", by: actor)))
            }
            #expect(try db.receivedActivities.hasDue(now: world.now))
            #expect(try world.claim(2) == ["0", "1"])
            #expect(try world.claim(9) == ["2", "3", "4"])
            #expect(try world.claim(9).isEmpty)
            #expect(try !db.receivedActivities.hasDue(now: world.now))
            let first = try #require(
                try db.receivedActivities.find(uri: try URI("https://far.example/activities/0"))
            )
            try db.receivedActivities.release([first.id], of: nil)
            #expect(try world.claim(9) == ["0"])
            world.advance(.minutes(1))
            #expect(try db.receivedActivities.suspect(lapsedAt: world.now, except: [first.id]) == 4)
            #expect(try db.receivedActivities.counts() == [.claimed: 1, .suspected: 4])
        }
    }

    @Test(
        "nobody claims an actor's later activity while an earlier one is in work; what failed holds nothing up",
        arguments: Engine.all
    )
    func orderPerActor(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ben = try world.peer("ben", at: "far.example")
            let carl = try world.peer("carl", at: "far.example")
            let first = try world.received("b1", by: ben)
            for activity in [
                first, try world.received("b2", by: ben), try world.received("c1", by: carl),
                try world.received("b3", by: ben),
            ] { _ = try db.receivedActivities.keep(activity) }
            #expect(try world.claim(1) == ["b1"])
            #expect(try world.claim(9) == ["c1"])
            try db.receivedActivities.postpone(
                first.id,
                until: world.now + .seconds(30),
                reason: "x"
            )
            #expect(try world.claim(9) == ["b2", "b3"])
            #expect(try world.claim(9) == [])
            world.advance(.seconds(30))
            // What is in work comes first now: it was claimed before this one was due again.
            #expect(try world.claim(9) == [])
            try db.receivedActivities.quarantine(first.id, reason: "x")
            #expect(try db.receivedActivities.counts() == [.claimed: 3, .quarantined: 1])
            #expect(try db.receivedActivities.quarantined(limit: 9).map(\.reason) == ["x"])
            #expect(try db.receivedActivities.find(uri: first.uri)?.body == first.body)
            #expect(try !db.receivedActivities.finish(first.id, as: .applied))
            #expect(try db.receivedActivities.retryQuarantined(first.id) == 1)
            #expect(try db.receivedActivities.find(uri: first.uri)?.attempts == 0)
        }
    }

    @Test("an agreement is written over and listed by host", arguments: Engine.all)
    func partners(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            try world.partner(north, "b.example", .proposed)
            try world.partner(north, "a.example:8443", .approved)
            world.advance(.seconds(1))
            try world.partner(north, "b.example", .approved)
            let list = try db.partners.list(of: north.id)
            #expect(list.map(\.host.description) == ["a.example:8443", "b.example"])
            let found = try db.partners.find(north.id, try Host("b.example"))
            #expect(found == list[1] && found?.state == .approved && found?.changedAt == world.now)
            #expect(try db.partners.find(north.id, try Host("a.example")) == nil)
        }
    }

    @Test(
        "a block covers a host, its ports and all below it; a port named in it counts",
        arguments: Engine.all
    )
    func blocks(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example", .open)
            let blocked = ["bad.example", "worse.example:8080", "192.0.2.7", "[2001:db8::1]"]
            for host in blocked { try world.partner(north, host, .blocked) }
            let hosts = [
                "bad.example", "bad.example:99", "a.bad.example", "a.b.bad.example:99", "notbad.example",
                "example",
                "worse.example", "worse.example:8080", "a.worse.example:8080", "a.worse.example:81",
                "192.0.2.7",
                "192.0.2.7:80", "[2001:db8::1]:99", "[2001:db8::2]",
            ]
            for text in hosts {
                let host = try Host(text)
                let isBlocked = try blocked.contains { host.isSameOrSubdomain(of: try Host($0)) }
                let admission = try db.partners.admission(of: host, at: north)
                #expect(admission == (isBlocked ? .refused : .allowed), "\(text)")
            }
        }
    }

    @Test(
        "every setting and state has its admission; the schools of an instance allow each other",
        arguments: Engine.all
    )
    func admissions(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let closed = try world.school("closed.example")
            let open = try world.school("open.example", .open)
            let host = try Host("far.example")
            func admissions() throws -> [Admission] {
                try [closed, open].map { try db.partners.admission(of: host, at: $0) }
            }
            #expect(try admissions() == [.refused, .allowed])
            #expect(try db.partners.schoolsAllowing(host) == [open.id])
            let expected: [(Partner.State, [Admission])] = [
                (.proposed, [.refused, .allowed]), (.approved, [.allowed, .allowed]),
                (.paused, [.paused, .paused]),
                (.ended, [.refused, .refused]), (.blocked, [.refused, .refused]),
            ]
            for (state, answers) in expected {
                for school in [closed, open] { try world.partner(school, "far.example", state) }
                #expect(try admissions() == answers, "\(state)")
            }
            #expect(try db.partners.admission(of: open.host, at: closed) == .allowed)
            #expect(try db.partners.admission(of: closed.host, at: closed) == .allowed)
            try world.partner(closed, "open.example", .ended)
            #expect(try db.partners.admission(of: open.host, at: closed) == .refused)
            #expect(try db.partners.schoolsAllowing(open.host) == [open.id])
        }
    }

    @Test("a peer's scheme is remembered beside when it was heard", arguments: Engine.all)
    func peers(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let host = try Host("far.example")
            #expect(try db.peers.scheme(of: host) == nil)
            try db.peers.heard(from: host, at: world.now)
            #expect(try db.peers.scheme(of: host) == nil)
            try db.peers.setScheme(.rfc9421, of: host, at: world.now)
            try db.peers.heard(from: host, at: world.now + .seconds(1))
            #expect(try db.peers.scheme(of: host) == .rfc9421)
            try db.peers.setScheme(.cavage, of: host, at: world.now)
            #expect(try db.peers.scheme(of: host) == .cavage)
        }
    }

    @Test("an actor's keys are replaced as a whole; nobody takes another's key id", arguments: Engine.all)
    func keys(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ben = try URI("https://far.example/users/ben")
            func key(_ name: String, of actor: URI, _ material: String = "pem") throws -> PeerKey {
                PeerKey(
                    uri: try URI("\(ben)#\(name)"),
                    actor: actor,
                    material: material,
                    fetchedAt: world.now
                )
            }
            let main = try key("main-key", of: ben)
            try db.peerKeys.replace(of: ben, with: [main, try key("old", of: ben)])
            #expect(try db.peerKeys.find(main.uri) == main)
            let new = try key("main-key", of: ben, "new")
            try db.peerKeys.replace(of: ben, with: [new])
            #expect(try db.peerKeys.find(main.uri) == new)
            #expect(try db.peerKeys.find(try URI("\(ben)#old")) == nil)
            let thief = try URI("https://far.example/users/thief")
            try db.peerKeys.replace(of: thief, with: [try key("main-key", of: thief, "stolen")])
            #expect(try db.peerKeys.find(main.uri) == new)
            try db.peerKeys.replace(of: ben, with: [])
            #expect(try db.peerKeys.find(main.uri) == nil)
        }
    }
}

extension World {
    /// Claims for a minute and gives the names that the activities were received under.
    func claim(_ limit: Int) throws -> [String] {
        try db.receivedActivities.claim(now: now, lease: now + .minutes(1), limit: limit)
            .map { String(decoding: $0.body, as: UTF8.self) }
    }
}
