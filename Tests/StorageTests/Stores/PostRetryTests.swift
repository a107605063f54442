import Domain
import Storage
import Testing

@Suite("An author's retry")
struct PostRetryTests {
    private static let far = "https://far.example/inbox"
    private static let other = "https://other.example/inbox"

    private func states(_ world: World, _ post: Post, _ author: Account) throws -> [String] {
        try world.db.postDeliveries.lines(of: post.id, by: author.id).map {
            "\($0.host) \($0.type) \($0.state.rawValue)"
        }
    }

    @Test(
        "takes what did not arrive of the post and its edits, at one host or at all, and nothing of other posts",
        arguments: Engine.all
    )
    func taken(engine: Engine) async throws {
        try await engine.withWorld { world in
            let (db, now) = (world.db, world.now)
            let ada = try world.person("ada", at: try world.school("north.example", .open))
            let (post, second) = (try world.post(by: ada), try world.post(by: ada))
            let create = try world.activity(by: ada, about: post)
            let lost = try world.deliver(create, to: Self.far)
            let lostToo = try world.deliver(create, to: Self.other)
            let another = try world.deliver(try world.activity(by: ada, about: second), to: Self.far)
            let liked = try world.deliver(
                try world.activity(by: ada, type: "Like", about: post),
                to: Self.far
            )
            for delivery in [lost, lostToo, another, liked] {
                try db.deliveries.markUndelivered(delivery.id, status: 404, reason: "x", at: now)
            }
            let line = try #require(try db.postDeliveries.lines(of: post.id, by: ada.id).first)
            #expect(line.triedAt == now && line.mayRetry && line.attempts == 1)
            // Not within a minute, not by another account; then at one host, then at all.
            let far = lost.inbox.host
            #expect(try db.deliveries.retry(post: post.id, by: ada.id, at: now + .seconds(59)) == [])
            let later = now + .minutes(1)
            let eve = try world.person("eve", at: try world.school("south.example", .open))
            #expect(try db.deliveries.retry(post: post.id, by: eve.id, at: later) == [])
            #expect(try db.deliveries.retry(post: post.id, by: ada.id, host: far, at: later) == [far])
            #expect(
                try states(world, post, ada) == [
                    "other.example Create undelivered", "far.example Create waiting",
                ]
            )
            #expect(try db.deliveries.due(on: far, now: later, limit: 9).map(\.id) == [lost.id])
            #expect(try db.lanes.hasDue(now: later))
            #expect(
                try db.deliveries.retry(post: post.id, by: ada.id, at: later) == [far, lostToo.inbox.host]
            )
            #expect(try db.queue.counts() == [.waiting: 2, .undelivered: 2])
            // What arrived stays.
            try db.deliveries.markDelivered(lost.id, status: 202, at: later)
            #expect(
                try db.deliveries.retry(post: post.id, by: ada.id, host: far, at: later + .hours(1)) == []
            )
        }
    }

    @Test(
        "sends an edit that arrived again, behind the post that did not; an edit of a post that arrived stays",
        arguments: Engine.all
    )
    func edits(engine: Engine) async throws {
        try await engine.withWorld { world in
            let (db, now) = (world.db, world.now)
            let ada = try world.person("ada", at: try world.school("north.example", .open))
            let post = try world.post(by: ada)
            let create = try world.activity(by: ada, about: post)
            let update = try world.activity(by: ada, type: "Update", about: post)
            let (first, arrived) = (
                try world.deliver(create, to: Self.far), try world.deliver(create, to: Self.other)
            )
            let (edit, otherEdit) = (
                try world.deliver(update, to: Self.far), try world.deliver(update, to: Self.other)
            )
            try db.deliveries.markUndelivered(first.id, status: 404, reason: "x", at: now)
            for delivery in [arrived, edit, otherEdit] {
                try db.deliveries.markDelivered(delivery.id, status: 202, at: now)
            }
            let later = now + .minutes(2)
            #expect(try db.deliveries.retry(post: post.id, by: ada.id, at: later) == [first.inbox.host])
            #expect(
                try db.deliveries.due(on: first.inbox.host, now: later, limit: 9).map(\.id) == [
                    first.id, edit.id,
                ]
            )
            #expect(try db.queue.counts() == [.waiting: 2, .delivered: 2])
        }
    }

    @Test("leaves what is for hosts that the school exchanges nothing with any more", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let post = try world.post(by: ada)
            try world.partner(north, "far.example", .approved)
            let delivery = try world.deliver(try world.activity(by: ada, about: post), to: Self.far)
            try world.partner(north, "far.example", .ended)
            try db.deliveries.giveUpRefused(of: north.id, at: world.now)
            let line = try #require(try db.postDeliveries.lines(of: post.id, by: ada.id).first)
            #expect(!line.isAdmitted && !line.mayRetry && line.state == .undelivered)
            #expect(line.authorText == "your school exchanges nothing with this server any more")
            #expect(try db.deliveries.retry(post: post.id, by: ada.id, at: world.now) == [])
            // The twin: the partnership goes on.
            try world.partner(north, "far.example", .paused)
            #expect(
                try db.deliveries.retry(post: post.id, by: ada.id, at: world.now) == [delivery.inbox.host]
            )
            let waits = try #require(try db.postDeliveries.lines(of: post.id, by: ada.id).first)
            #expect(waits.isPaused && !waits.mayRetry)
            #expect(waits.authorText == "your school has paused what it exchanges with this server")
            try world.partner(north, "far.example", .approved)
            #expect(try db.postDeliveries.lines(of: post.id, by: ada.id).first?.isPaused == false)
        }
    }

    @Test(
        "gets a host that does not answer one probe, at most once in five minutes, and closes no circuit",
        arguments: Engine.all
    )
    func silent(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.person("ada", at: try world.school("north.example", .open))
            let post = try world.post(by: ada)
            let delivery = try world.deliver(try world.activity(by: ada, about: post), to: Self.far)
            try world.fail(delivery)
            let held = try #require(try db.postDeliveries.lines(of: post.id, by: ada.id).first)
            #expect(held.isSilent && held.mayRetry && held.dueAt == world.now + .hours(1))
            #expect(held.authorText == "the server could not be reached")
            world.advance(.minutes(2))
            #expect(
                try db.deliveries.retry(post: post.id, by: ada.id, at: world.now) == [delivery.inbox.host]
            )
            var lane = try #require(try world.claimLane())
            #expect(lane.openedAt != nil && lane.heldUntil == world.now)
            try db.deliveries.markWaiting(
                delivery.id,
                until: world.now + .hours(1),
                status: nil,
                reason: "x",
                at: world.now
            )
            (lane.heldUntil, lane.dueAt) = (world.now + .hours(1), world.now + .hours(1))
            try db.lanes.release(lane, token: "worker")
            world.advance(.minutes(2))
            _ = try db.deliveries.retry(post: post.id, by: ada.id, at: world.now)
            #expect(try world.claimLane() == nil)
            world.advance(.minutes(4))
            _ = try db.deliveries.retry(post: post.id, by: ada.id, at: world.now)
            #expect(try world.claimLane() != nil)
        }
    }
}
