import Domain
import Storage
import Testing

@Suite("What a lane may send")
struct LaneQuestionTests {
    private static let inbox = "https://far.example/inbox"

    @Test(
        "what waits behind an earlier one about its object is neither due, nor a probe, nor makes the lane due",
        arguments: Engine.all
    )
    func behind(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let post = try world.post(by: ada)
            let create = try world.deliver(try world.activity(by: ada, about: post), to: Self.inbox)
            let update = try world.deliver(try world.activity(by: ada, about: post), to: Self.inbox)
            let host = create.inbox.host
            for _ in 1...5 {
                try db.deliveries.markWaiting(
                    create.id,
                    until: world.now + .hours(1),
                    status: 500,
                    reason: "x",
                    at: world.now
                )
            }
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9).isEmpty)
            #expect(try db.deliveries.nextDue(on: host) == world.now + .hours(1))
            #expect(try db.deliveries.probe(on: host, now: world.now).map(\.id) == [create.id])
            try db.deliveries.markDelivered(create.id, status: 202, at: world.now)
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9).map(\.id) == [update.id])
            #expect(try db.deliveries.nextDue(on: host) == world.now)
            #expect(try db.deliveries.probe(on: host, now: world.now).map(\.id) == [update.id])
        }
    }

    @Test(
        "a probe that was answered with a failure goes behind the others, one without an answer stays first",
        arguments: Engine.all
    )
    func probe(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let list = try (0..<3).map { _ in try world.deliver(try world.activity(by: ada), to: Self.inbox) }
            let host = list[0].inbox.host
            let later = world.now + .days(1)
            func probe() throws -> Delivery.ID? {
                try db.deliveries.probe(on: host, now: world.now).first?.id
            }
            #expect(try probe() == list[0].id)
            try db.deliveries.markWaiting(
                list[0].id,
                until: later,
                status: nil,
                reason: "no answer",
                at: world.now
            )
            #expect(try probe() == list[0].id)
            try db.deliveries.markWaiting(list[0].id, until: later, status: 502, reason: "x", at: world.now)
            #expect(try probe() == list[1].id)
            for _ in 1...199 {
                try db.deliveries.markWaiting(
                    list[1].id,
                    until: later,
                    status: nil,
                    reason: "no answer",
                    at: world.now
                )
            }
            #expect(try probe() == list[1].id)
            try db.deliveries.markWaiting(
                list[1].id,
                until: later,
                status: nil,
                reason: "no answer",
                at: world.now
            )
            #expect(try probe() == list[2].id)
        }
    }

    @Test("only what the host gave no answer to is due at once when it is back", arguments: Engine.all)
    func unanswered(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let list = try (0..<2).map { _ in try world.deliver(try world.activity(by: ada), to: Self.inbox) }
            let host = list[0].inbox.host
            let later = world.now + .hours(1)
            try db.deliveries.markWaiting(list[0].id, until: later, status: 500, reason: "x", at: world.now)
            try db.deliveries.markWaiting(
                list[1].id,
                until: later,
                status: nil,
                reason: "no answer",
                at: world.now
            )
            try db.deliveries.makeDueUnanswered(on: host, at: world.now)
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9).map(\.id) == [list[1].id])
        }
    }

    @Test(
        "what may go agrees with the admission of its school, for every setting and state",
        arguments: Engine.all
    )
    func admissions(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let schools = [try world.school("closed.example"), try world.school("open.example", .open)]
            let hosts = [
                "far.example", "sub.far.example", "far.example:8443", "unfar.example", "open.example",
            ]
            let states: [(String, Partner.State)?] =
                [nil]
                + ["far.example", "far.example:8443", "sub.far.example", "example", "open.example"].flatMap {
                    name in
                    Partner.State.allCases.map { (name, $0) }
                }
            for school in schools {
                let author = try world.person("ada", at: school)
                for state in states {
                    if let (name, state) = state { try world.partner(school, name, state) }
                    for name in hosts {
                        let host = try Host(name)
                        let delivery = try world.deliver(
                            try world.activity(by: author),
                            to: "https://\(host)/inbox"
                        )
                        let admission = try db.partners.admission(of: host, at: school)
                        let due = try db.deliveries.due(on: host, now: world.now, limit: 99).map(\.id)
                        #expect(
                            due.contains(delivery.id) == (admission == .allowed),
                            "\(name) \(String(describing: state))"
                        )
                        try db.deliveries.giveUpRefused(on: host, at: world.now)
                        let waits = try db.queue.deliveries(.waiting, host: host).map(\.id)
                        #expect(
                            waits.contains(delivery.id) == (admission != .refused),
                            "\(name) \(String(describing: state))"
                        )
                        try db.deliveries.markDelivered(delivery.id, status: 202, at: world.now)
                    }
                    try db.run("DELETE FROM partner WHERE school_id = \(school.id)")
                }
            }
        }
    }

    @Test(
        "a block gives up what waits for the hosts below, and an operator's retry does not bring it back",
        arguments: Engine.all
    )
    func block(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example", .open)
            let ada = try world.person("ada", at: north)
            for host in ["bad.example", "a.bad.example", "bad.example:8443", "notbad.example"] {
                try world.deliver(try world.activity(by: ada), to: "https://\(host)/inbox")
            }
            try world.partner(north, "bad.example", .blocked)
            try db.deliveries.giveUpRefused(of: north.id, at: world.now)
            #expect(
                try db.queue.deliveries(.waiting, host: nil).map(\.inbox.host.description) == [
                    "notbad.example"
                ]
            )
            let given = try db.queue.deliveries(.undelivered, host: nil)
            #expect(given.count == 3 && given.allSatisfy { $0.reason == "no partner any more" })
            #expect(try db.deliveries.retry(host: nil, at: world.now) == 1)
            #expect(try db.queue.counts() == [.waiting: 1, .undelivered: 3])
            try db.run("DELETE FROM partner WHERE school_id = \(north.id)")
            #expect(try db.deliveries.retry(host: nil, at: world.now) == 4)
        }
    }

    @Test("a damaged delivery is set aside with its reason, and the others go", arguments: Engine.all)
    func damagedDelivery(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let list = try (0..<2).map { _ in try world.deliver(try world.activity(by: ada), to: Self.inbox) }
            try db.run("UPDATE delivery SET inbox = 'no uri' WHERE id = \(list[0].id)")
            let host = list[0].inbox.host
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9).map(\.id) == [list[1].id])
            #expect(try db.queue.counts() == [.waiting: 1, .undelivered: 1])
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9).map(\.id) == [list[1].id])
        }
    }

    @Test("a damaged lane is set aside, and the others are claimed", arguments: Engine.all)
    func damagedLane(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let good = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            try world.deliver(try world.activity(by: ada), to: "https://other.example/inbox")
            try db.run("UPDATE lane SET host = 'no host' WHERE host = 'other.example'")
            let lease = world.now + .minutes(1)
            let claimed = try db.lanes.claim(token: "one", now: world.now, lease: lease, limit: 9)
            #expect(claimed.map(\.host) == [good.inbox.host])
            #expect(try !db.lanes.hasDue(now: world.now))
        }
    }

    @Test("lanes of failing hosts are claimed apart from the others", arguments: Engine.all)
    func failing(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            for name in ["well.example", "ill.example"] {
                try world.deliver(try world.activity(by: ada), to: "https://\(name)/inbox")
            }
            try db.run("UPDATE lane SET failures = 1 WHERE host = 'ill.example'")
            let (now, lease) = (world.now, world.now + .minutes(1))
            #expect(
                try db.lanes.claim(token: "1", now: now, lease: lease, limit: 9).map(\.host.name) == [
                    "well.example"
                ]
            )
            #expect(try db.lanes.hasDue(now: now))
            let ill = try db.lanes.claim(token: "2", failing: true, now: now, lease: lease, limit: 9)
            #expect(ill.map(\.host.name) == ["ill.example"])
            #expect(try !db.lanes.hasDue(now: now))
        }
    }

    @Test(
        "a host that writes to us gets a probe, at most once in five minutes, unless it has asked to wait",
        arguments: Engine.all
    )
    func heard(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let delivery = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            let host = delivery.inbox.host
            func fail(asked: Timestamp = Timestamp(milliseconds: 0)) throws {
                var lane = try #require(try world.claimLane())
                lane.failures = 1
                lane.openedAt = world.now
                lane.askedUntil = asked
                lane.heldUntil = world.now + .minutes(10)
                lane.dueAt = lane.heldUntil
                try db.lanes.release(lane, token: "worker")
            }
            try fail()
            #expect(try world.claimLane() == nil)
            try db.lanes.noteHeard(from: host, at: world.now)
            try fail()
            world.advance(.minutes(4))
            try db.lanes.noteHeard(from: host, at: world.now)
            #expect(try world.claimLane() == nil)
            world.advance(.minutes(1))
            try db.lanes.noteHeard(from: host, at: world.now)
            try fail(asked: world.now + .minutes(9))
            world.advance(.minutes(6))
            try db.lanes.noteHeard(from: host, at: world.now)
            #expect(try world.claimLane() == nil)
            try db.lanes.reopen(host, at: world.now)
            let lane = try #require(try world.claimLane())
            #expect(lane.openedAt == nil && lane.askedUntil.milliseconds == 0)
        }
    }

    @Test(
        "FET-27: the lane of a host that was not reached for long and to which nothing waits is removed",
        arguments: Engine.all
    )
    func idle(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let gone = try world.deliver(try world.activity(by: ada), to: "https://gone.example/inbox")
            try world.deliver(try world.activity(by: ada), to: Self.inbox)
            try db.deliveries.markUndelivered(gone.id, status: nil, reason: "x", at: world.now)
            try db.run("UPDATE lane SET due_at = NULL, failures = 9, last_failure_at = \(world.now)")
            func remove() throws -> Int {
                try db.lanes.removeIdle(since: world.now - .days(30), now: world.now, limit: 9)
            }
            world.advance(.days(30))
            #expect(try remove() == 0)
            world.advance(.seconds(1))
            #expect(try remove() == 1)
            #expect(
                try db.run("SELECT host FROM lane").map { row throws -> String in try row["host"] } == [
                    "far.example"
                ]
            )
        }
    }

    @Test(
        "REL-09: after the clock was set back, all that waits is due, and leases last no longer than they may",
        arguments: Engine.all
    )
    func clockBack(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let delivery = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            try world.fail(delivery)
            try world.deliver(try world.activity(by: ada), to: "https://other.example/inbox")
            _ = try world.claimLane()
            world.advance(.hours(-10))
            let lease = world.now + .minutes(1)
            #expect(try !db.lanes.hasDue(now: world.now))
            try db.deliveries.pullIn(later: world.now + .hours(25), to: world.now, lease: lease)
            #expect(try !db.lanes.hasDue(now: world.now))
            try db.deliveries.pullIn(later: world.now, to: world.now, lease: lease)
            #expect(try db.lanes.hasDue(now: world.now))
            #expect(try db.deliveries.due(on: delivery.inbox.host, now: world.now, limit: 9).count == 1)
            #expect(try db.lanes.claim(token: "2", now: lease, lease: lease, limit: 9).count == 1)
        }
    }

    @Test("ids go on above the highest that the database holds", arguments: Engine.all)
    func highestID(engine: Engine) async throws {
        try await engine.withWorld { world in
            #expect(try world.db.outboxActivities.highestID() == 0)
            let ada = try world.ada(.open)
            let activity = try world.activity(by: ada)
            #expect(try world.db.outboxActivities.highestID() == activity.id.rawValue)
            let delivery = try world.deliver(activity, to: Self.inbox)
            #expect(try world.db.outboxActivities.highestID() == delivery.id.rawValue)
        }
    }

    @Test(
        "who was sent a post, or anything of an account's, is known as long as the deliveries are",
        arguments: Engine.all
    )
    func reached(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let post = try world.post(by: ada)
            let create = try world.activity(by: ada, about: post)
            try world.deliver(create, to: Self.inbox)
            try world.deliver(try world.activity(by: ada, type: "Update", about: post), to: Self.inbox)
            try world.deliver(
                try world.activity(by: ada, type: "Like", about: post),
                to: "https://other.example/inbox"
            )
            #expect(try db.deliveries.inboxes(about: post.id).map(\.description) == [Self.inbox])
            #expect(
                try Set(db.deliveries.inboxes(reachedBy: ada.id).map(\.host.name)) == [
                    "far.example", "other.example",
                ]
            )
        }
    }
}
