import Domain
import Storage
import Testing

@Suite("Deliveries and lanes")
struct DeliveryTests {
    private static let inbox = "https://far.example/inbox"

    @Test(
        "a delivery is owed once per activity and inbox, and makes its host's lane due",
        arguments: Engine.all
    )
    func inserting(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let activity = try world.activity(by: ada)
            let delivery = try world.deliver(activity, to: Self.inbox)
            try world.deliver(activity, to: Self.inbox)
            let host = delivery.inbox.host
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9) == [delivery])
            #expect(try db.deliveries.exists(of: activity.id, to: host))
            #expect(try !db.deliveries.exists(of: activity.id, to: try Host("other.example")))
            #expect(try db.lanes.hasDue(now: world.now))
            #expect(try !db.lanes.hasDue(now: world.now - .seconds(1)))
            #expect(try db.queue.counts() == [.waiting: 1])
            let line = try #require(try db.queue.hosts().first)
            #expect(
                line.host == host && line.waiting == 1 && line.oldest == world.now && line.undelivered == 0
            )
            #expect(line.failures == 0 && !line.isOpen && line.dueAt == world.now && line.lastReason == nil)
            let shown = try #require(try db.queue.deliveries(.waiting, host: host).first)
            #expect(shown.id == delivery.id && shown.activity == activity.uri && shown.type == "Create")
            #expect(shown.inbox == delivery.inbox && shown.state == .waiting && shown.attempts == 0)
            #expect(try db.queue.deliveries(nil, host: nil).count == 1)
            #expect(try db.queue.deliveries(.delivered, host: nil).isEmpty)
        }
    }

    @Test("a lane has one owner until its lease is given back or lapses", arguments: Engine.all)
    func leases(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            for name in ["a", "b", "c"] {
                try world.deliver(try world.activity(by: ada), to: "https://\(name).example/inbox")
                world.advance(.seconds(1))
            }
            func claim(_ owner: String, _ limit: Int = 9) throws -> [Lane] {
                try db.lanes.claim(token: owner, now: world.now, lease: world.now + .minutes(5), limit: limit)
            }
            let first = try claim("one", 1)
            #expect(first.map(\.host) == [try Host("a.example")])
            #expect(Set(try claim("two").map(\.host)) == [try Host("b.example"), try Host("c.example")])
            #expect(try claim("two").isEmpty)
            #expect(try !db.lanes.hasDue(now: world.now))
            #expect(try db.lanes.held(first[0].host, token: "one") == first[0])
            #expect(try db.lanes.held(first[0].host, token: "two") == nil)
            try db.lanes.release(first[0], token: "two")
            #expect(try db.lanes.held(first[0].host, token: "one") == first[0])
            try db.lanes.release(first[0], token: "one")
            #expect(try claim("three").map(\.host) == [first[0].host])
            world.advance(.minutes(5))
            #expect(try claim("four").count == 3)
            #expect(try db.lanes.held(first[0].host, token: "three") == nil)
            try db.lanes.releaseAll()
            #expect(try claim("five").count == 3)
        }
    }

    @Test("a released lane keeps its health and is due when it says", arguments: Engine.all)
    func release(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            try world.deliver(try world.activity(by: ada), to: Self.inbox)
            var lane = try #require(try world.claimLane())
            lane.failures = 5
            lane.firstFailureAt = world.now - .minutes(3)
            lane.openedAt = world.now
            lane.lastSuccessAt = world.now - .days(1)
            lane.lastFailureAt = world.now
            lane.lastReason = "no answer"
            lane.heldUntil = world.now + .minutes(10)
            lane.dueAt = lane.heldUntil
            try db.lanes.release(lane, token: "worker")
            #expect(try world.claimLane() == nil)
            let line = try #require(try db.queue.hosts().first)
            #expect(line.failures == 5 && line.isOpen && line.lastReason == "no answer")
            try world.deliver(try world.activity(by: ada), to: Self.inbox)
            #expect(try world.claimLane() == nil)
            world.advance(.minutes(10))
            #expect(try world.claimLane() == lane)
        }
    }

    @Test("a delivery that comes while its lane is held waits until the hold ends", arguments: Engine.all)
    func hold(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let first = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            var lane = try #require(try world.claimLane())
            try db.deliveries.markDelivered(first.id, status: 202, at: world.now)
            lane.dueAt = try db.deliveries.nextDue(on: lane.host)
            #expect(lane.dueAt == nil)
            lane.heldUntil = world.now + .minutes(1)
            try db.lanes.release(lane, token: "worker")
            #expect(try !db.lanes.hasDue(now: .init(milliseconds: .max)))
            try world.deliver(try world.activity(by: ada), to: Self.inbox)
            #expect(try !db.lanes.hasDue(now: world.now))
            world.advance(.minutes(1))
            #expect(try world.claimLane()?.host == lane.host)
        }
    }

    @Test("outcomes are recorded on waiting deliveries only", arguments: Engine.all)
    func outcomes(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let list = try (0..<3).map { _ in try world.deliver(try world.activity(by: ada), to: Self.inbox) }
            let host = list[0].inbox.host
            let later = world.now + .minutes(1)
            try db.deliveries.markDelivered(list[0].id, status: 202, at: world.now)
            try db.deliveries.markWaiting(
                list[1].id,
                until: later,
                status: 503,
                reason: "busy",
                at: world.now
            )
            try db.deliveries.markUndelivered(list[2].id, status: 410, reason: "gone", at: world.now)
            try db.deliveries.markUndelivered(list[0].id, status: nil, reason: "no", at: world.now)
            #expect(try db.queue.counts() == [.delivered: 1, .waiting: 1, .undelivered: 1])
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9).isEmpty)
            #expect(try db.deliveries.nextDue(on: host) == later)
            let again = try #require(try db.deliveries.due(on: host, now: later, limit: 9).first)
            #expect(again.id == list[1].id && again.attempts == 1)
            #expect(try db.queue.deliveries(.undelivered, host: nil).map(\.reason) == ["gone"])
            try db.deliveries.removeFinished(before: world.now, limit: 9)
            #expect(try db.queue.deliveries(nil, host: nil).count == 3)
            try db.deliveries.removeFinished(before: later, limit: 1)
            #expect(try db.queue.deliveries(nil, host: nil).count == 2)
            try db.deliveries.removeFinished(before: later, limit: 9)
            #expect(try db.queue.deliveries(nil, host: nil).map(\.id) == [list[1].id])
        }
    }

    @Test(
        "those to a person go first, then the oldest; nothing overtakes what is about its object",
        arguments: Engine.all
    )
    func order(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let post = try world.post(by: ada)
            func deliver(_ object: URI? = nil, isDirect: Bool = false) throws -> Delivery {
                try world.deliver(
                    try world.activity(by: ada, object: object),
                    to: Self.inbox,
                    isDirect: isDirect
                )
            }
            let create = try deliver(post.uri)
            let update = try deliver(post.uri)
            let mention = try deliver(post.uri, isDirect: true)
            let other = try deliver()
            let direct = try deliver(isDirect: true)
            let host = create.inbox.host
            func due(_ limit: Int = 9) throws -> [Delivery] {
                try db.deliveries.due(on: host, now: world.now, limit: limit)
            }
            #expect(try due() == [direct, create, update, other])
            #expect(try due(2) == [direct, create])
            try db.deliveries.markWaiting(
                create.id,
                until: world.now + .minutes(1),
                status: 503,
                reason: "busy",
                at: world.now
            )
            #expect(try due() == [direct, other])
            world.advance(.minutes(1))
            try db.deliveries.markDelivered(create.id, status: 202, at: world.now)
            try db.deliveries.markDelivered(update.id, status: 202, at: world.now)
            #expect(try due() == [mention, direct, other])
        }
    }

    @Test("a paused partner's deliveries wait, and those of other schools go on", arguments: Engine.all)
    func pause(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let south = try world.school("south.example", .open)
            let ada = try world.person("ada", at: north)
            let sue = try world.person("sue", at: south)
            try world.partner(north, "far.example", .paused)
            let waits = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            let goes = try world.deliver(try world.activity(by: sue), to: Self.inbox)
            let host = waits.inbox.host
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9) == [goes])
            #expect(try db.deliveries.probe(on: host, now: world.now) == [goes])
            try db.deliveries.markDelivered(goes.id, status: 202, at: world.now)
            #expect(try db.deliveries.nextDue(on: host) == nil)
            #expect(try db.deliveries.probe(on: host, now: world.now).isEmpty)
            try world.partner(north, "far.example", .approved)
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9) == [waits])
            #expect(try db.deliveries.nextDue(on: host) == world.now)
        }
    }

    @Test("what waited too long is given up; for a partner, paused too, later", arguments: Engine.all)
    func expiry(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let schools = try ["stranger", "approved", "paused", "ended"].map {
                try world.school("\($0).example")
            }
            try world.partner(schools[1], "far.example", .approved)
            try world.partner(schools[2], "far.example", .paused)
            try world.partner(schools[3], "far.example", .ended)
            for school in schools {
                try world.deliver(try world.activity(by: try world.person("ada", at: school)), to: Self.inbox)
            }
            let host = try Host("far.example")
            func expire() throws -> [School.ID] {
                try db.deliveries.expire(
                    on: host,
                    madeBefore: world.now - .days(7),
                    orForPartnersBefore: world.now - .days(30),
                    at: world.now
                )
                let rows = try db.run(
                    "SELECT school_id FROM delivery WHERE state = 'undelivered' ORDER BY id"
                )
                return try rows.map { row in try row["school_id"] }
            }
            world.advance(.days(7))
            #expect(try expire().isEmpty)
            world.advance(.seconds(1))
            #expect(try expire() == [schools[0].id, schools[3].id])
            world.advance(.days(23))
            #expect(try expire().count == 4)
            let reasons = try db.queue.deliveries(.undelivered, host: host).map(\.reason)
            #expect(reasons.allSatisfy { $0 == "the server could not be reached" })
        }
    }

    @Test("reopening closes the circuit and makes everything due", arguments: Engine.all)
    func reopen(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let delivery = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            try world.fail(delivery)
            let host = delivery.inbox.host
            #expect(try !db.lanes.hasDue(now: world.now))
            try db.lanes.reopen(try Host("unknown.example"), at: world.now)
            #expect(try !db.lanes.hasDue(now: world.now))
            try db.lanes.reopen(host, at: world.now)
            let lane = try #require(try world.claimLane())
            #expect(lane.openedAt == nil && lane.failures == 0 && lane.heldUntil.milliseconds == 0)
            #expect(try db.deliveries.due(on: host, now: world.now, limit: 9).map(\.id) == [delivery.id])
        }
    }

    @Test(
        "an operator's retry takes what was given up and what waits, of one host or of all",
        arguments: Engine.all
    )
    func retry(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let waits = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            let lost = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            let other = try world.deliver(try world.activity(by: ada), to: "https://other.example/inbox")
            let done = try world.deliver(try world.activity(by: ada), to: Self.inbox)
            try world.fail(waits)
            try db.deliveries.markUndelivered(lost.id, status: 404, reason: "x", at: world.now)
            try db.deliveries.markUndelivered(other.id, status: nil, reason: "ended", at: world.now)
            try db.deliveries.markDelivered(done.id, status: 200, at: world.now)
            #expect(try db.queue.deliveries(.undelivered, host: other.inbox.host).map(\.reason) == ["ended"])
            #expect(try db.deliveries.retry(host: waits.inbox.host, at: world.now) == 2)
            #expect(try db.queue.counts() == [.waiting: 2, .undelivered: 1, .delivered: 1])
            let due = try db.deliveries.due(on: waits.inbox.host, now: world.now, limit: 9)
            #expect(due.map(\.id) == [waits.id, lost.id])
            #expect(try world.claimLane()?.openedAt == nil)
            #expect(try db.deliveries.retry(host: nil, at: world.now) == 3)
            #expect(try db.queue.counts() == [.waiting: 3, .delivered: 1])
        }
    }

    @Test("a sent activity is read as it was written", arguments: Engine.all)
    func activities(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            let post = try world.post(by: ada)
            let buried = try world.post(by: ada)
            let create = try world.activity(by: ada, about: post)
            _ = try world.activity(by: ada, type: "Like", about: post)
            _ = try world.activity(by: ada, about: post, isPublic: false)
            _ = try world.activity(by: ada, about: buried)
            _ = try world.activity(by: ada, type: "Announce", about: post)
            let second = try world.activity(by: ada, about: post)
            try db.posts.bury(buried.id, at: world.now)
            #expect(try db.outboxActivities.find(create.id) == create)
            #expect(try db.outboxActivities.countPublic(of: ada.id) == 2)
            let first = try db.outboxActivities.publicPage(of: ada.id, before: nil, limit: 1)
            #expect(first == [second])
            #expect(try db.outboxActivities.publicPage(of: ada.id, before: second.id, limit: 9) == [create])
        }
    }
}

extension World {
    func claimLane() throws -> Lane? {
        try claimLane(failing: false) ?? claimLane(failing: true)
    }

    private func claimLane(failing: Bool) throws -> Lane? {
        let lease = now + .minutes(5)
        return try db.lanes.claim(token: "worker", failing: failing, now: now, lease: lease, limit: 1).first
    }

    /// Opens the circuit of a delivery's host.
    func fail(_ delivery: Delivery) throws {
        let later = now + .hours(1)
        while var lane = try claimLane() {
            if lane.host == delivery.inbox.host {
                try db.deliveries.markWaiting(
                    delivery.id,
                    until: later,
                    status: nil,
                    reason: "no answer",
                    at: now
                )
                lane.failures = 5
                lane.openedAt = now
                lane.heldUntil = later
            }
            lane.dueAt = later
            try db.lanes.release(lane, token: "worker")
        }
    }
}
