import Domain
import Logging
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("The inbox worker", .timeLimit(.minutes(10)))
struct WorkerTests {
    /// Runs a worker beside the body, and stops it as a shutdown does.
    private func withWorker(
        _ stage: InboxStage,
        _ settings: InboxSettings = InboxSettings(),
        _ body: () async throws -> Void
    ) async throws {
        let worker = InboxWorker(
            database: stage.instance.database,
            directory: stage.instance.directory,
            ids: stage.instance.ids,
            settings: settings,
            clock: stage.instance.clock,
            process: ID(rawValue: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task { try await worker.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    /// Waits until an activity is in a state.
    private func wait(_ stage: InboxStage, _ activity: JSONObject, _ state: ReceivedActivity.State)
        async throws
    {
        let uri = try URI(activity["id"]?.string ?? "")
        while try await stage.state(of: uri) != state {
            _ = await stage.instance.database.waitForWake(.streaming, timeout: .milliseconds(5))
        }
    }

    @Test("what comes in has its effect, each actor's in order")
    func applies() async throws {
        try await InboxStage.use { stage async throws in
            try await withWorker(stage) {
                var last = Wire.create("0", by: stage.ben, "0")
                for number in 0..<30 {
                    last = Wire.create("\(number)", by: stage.ben, "\(number)")
                    #expect(try await stage.send(last, by: stage.ben) == .accepted)
                }
                try await wait(stage, last, .applied)
            }
            #expect(try await stage.home(stage.ada) == (0..<30).reversed().map(String.init))
        }
    }

    @Test("an actor whose objects cannot be fetched holds up nobody else, and not for ever")
    func slowActor() async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let south = try FakePeer()
            try await stage.partner(south)
            let slow = try await stage.instance.addPeer("slow", at: south.origin)
            var creates: [JSONObject] = []
            for number in 0..<40 {
                let uri = "\(slow.account.uri)/notes/\(number)"
                south.reply("/users/slow/notes/\(number)", .hang)
                creates.append(Wire.activity("Create", "\(number)", by: slow, .string(uri)))
                #expect(try await stage.send(creates[number], by: slow) == .accepted)
            }
            var settings = InboxSettings()
            settings.preparation = .milliseconds(300)
            try await withWorker(stage, settings) {
                await south.server.requests(1)
                let other = Wire.create("1", by: stage.ben, "Meanwhile")
                _ = try await stage.send(other, by: stage.ben)
                try await wait(stage, other, .applied)
                #expect(try await stage.counts()[.claimed] ?? 0 <= ReceivedActivityStore.perActor)
                // The first ends at its deadline, and the next has its turn.
                await south.server.requests(3)
            }
            #expect(try await stage.counts()[.claimed] == nil)
            #expect(try await stage.home(stage.ada) == ["Meanwhile"])
        }
    }

    @Test("REL-17: a worker that stops gives back what it has not begun; nothing is suspected")
    func stops() async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let south = try FakePeer()
            try await stage.partner(south)
            let slow = try await stage.instance.addPeer("slow", at: south.origin)
            for number in 0..<5 {
                south.reply("/users/slow/notes/\(number)", .hang)
                let uri = JSONValue.string("\(slow.account.uri)/notes/\(number)")
                _ = try await stage.send(Wire.activity("Create", "\(number)", by: slow, uri), by: slow)
            }
            try await withWorker(stage) { await south.server.requests(1) }
            #expect(try await stage.counts() == [.kept: 5])
        }
    }

    @Test("REL-14: what was in work when a process died is applied on its own, and then the rest")
    func suspects() async throws {
        try await InboxStage.use { stage async throws in
            let first = Wire.create("1", by: stage.ben, "First")
            let second = Wire.create("2", by: stage.ben, "Second")
            _ = try await stage.send(first, by: stage.ben)
            let now = stage.instance.clock.now()
            try await stage.instance.database.write { db in
                _ = try db.receivedActivities.claim(now: now, lease: now + .minutes(2), limit: 9)
                try db.receivedActivities.suspectAll()
            }
            _ = try await stage.send(second, by: stage.ben)
            try await withWorker(stage) { try await wait(stage, second, .applied) }
            #expect(try await stage.home(stage.ada) == ["Second", "First"])
        }
    }

    @Test(
        "what a process had in work when it was killed is applied at once by another, once; a living one's is not",
        .enabled(if: PostgresCluster.address != nil)
    )
    func killed() async throws {
        try await InboxStage.use { stage async throws in
            let instance = stage.instance
            let (one, two) = (ID<ServingProcess>(rawValue: 7), ID<ServingProcess>(rawValue: 8))
            let creates = (1...5).map { Wire.create("\($0)", by: stage.ben, "\($0)") }
            for create in creates { _ = try await stage.send(create, by: stage.ben) }
            let now = instance.clock.now()
            let lease = now + .minutes(2)
            try await instance.besideProcess(one) { other in
                let claimed = try await other.write { db in
                    try db.receivedActivities.claim(by: one, now: now, lease: lease, limit: 9).map(\.id)
                }
                #expect(claimed.count == 5)
                #expect(try await instance.database.write { try $0.processes.takeOver(from: one) } == nil)
                #expect(try await stage.counts() == [.claimed: 5])
                // It lives, but cannot be seen: it is taken for dead, and has no say any more.
                let taken = try await instance.takeOver(from: one) { try await instance.cutLifeLines() }
                #expect(taken.receivedActivities == 5 && taken.lanes == 0)
                try await instance.database.write { db in
                    let suspect = try db.receivedActivities.claimSuspect(by: two, lease: lease)
                    #expect(suspect?.id == claimed.first)
                    #expect(try db.receivedActivities.renew(claimed, of: one, lease: lease, now: now) == [])
                    try db.receivedActivities.release(claimed, of: one)
                }
                #expect(try await stage.counts() == [.claimed: 1, .suspected: 4])
                try await instance.database.write { try $0.receivedActivities.release(claimed, of: two) }
                try await withWorker(stage) {
                    for create in creates { try await wait(stage, create, .applied) }
                }
                let late = try await other.write { db in
                    try claimed.filter { try db.receivedActivities.finish($0, as: .applied) }
                }
                #expect(late == [])
            }
            #expect(try await stage.home(stage.ada) == ["5", "4", "3", "2", "1"])
        }
    }

    @Test(
        "REL-09: steps of the clock lose nothing and repeat nothing",
        arguments: [3_600, -3_600, 315_360_000]
    )
    func clock(_ seconds: Int64) async throws {
        try await InboxStage.use { stage async throws in
            try await withWorker(stage) {
                let before = Wire.create("1", by: stage.ben, "Before")
                _ = try await stage.send(before, by: stage.ben)
                stage.instance.clock.advance(by: .seconds(seconds))
                let after = Wire.create("2", by: stage.ben, "After")
                _ = try await stage.send(after, by: stage.ben)
                try await wait(stage, before, .applied)
                stage.instance.clock.advance(by: .seconds(-seconds))
                let again = Wire.create("3", by: stage.ben, "Again")
                _ = try await stage.send(again, by: stage.ben)
                try await wait(stage, after, .applied)
                try await wait(stage, again, .applied)
            }
            #expect(try await Set(stage.home(stage.ada)) == ["Before", "After", "Again"])
            #expect(try await stage.count("post") == 3)
        }
    }

    @Test("a fault of ours does not count; a host's does; what can never work is ignored for its reason")
    func failures() async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let south = try FakePeer()
            try await stage.partner(south)
            let peer = try await stage.instance.addPeer("peer", at: south.origin)
            func create(_ name: String) -> JSONObject {
                Wire.activity("Create", name, by: peer, .string("\(peer.account.uri)/notes/\(name)"))
            }
            south.reply("/users/peer/notes/later", .response(503))
            south.reply("/users/peer/notes/html", .response(200, "<p>", fields: ["Content-Type: text/html"]))
            #expect(try await stage.apply(create("later"), by: peer) == .kept)
            #expect(try await stage.apply(create("gone"), by: peer) == .ignored)
            #expect(try await stage.apply(create("html"), by: peer) == .ignored)
            let update = Wire.activity("Update", "1", by: peer, .string(peer.account.uri.description))
            #expect(try await stage.apply(update, by: peer) == .ignored)
            #expect(try await stage.row(create("later"))?.attempts == 1)
            #expect(try await stage.row(create("html"))?.reason?.contains("content type") == true)
            // A Create by reference that failed for a while is not lost.
            south.serve(
                "/users/peer/notes/later",
                Wire.note("later", by: peer, "Late", to: [stage.ada.uri.description])
            )
            stage.instance.clock.advance(by: .minutes(1))
            try await stage.work()
            #expect(try await stage.row(create("later"))?.reason == nil)
            #expect(try await stage.home(stage.ada) == ["Late"])
        }
    }

    @Test("what was accepted before its host was paused waits, and counts no attempt")
    func paused() async throws {
        try await InboxStage.use { stage async throws in
            let create = Wire.create("1", by: stage.ben, "Hello")
            _ = try await stage.send(create, by: stage.ben)
            let south = stage.ben.account.host
            try await stage.instance.admin.setPartner(south, .paused, at: stage.school, by: "test")
            try await stage.work()
            #expect(try await stage.row(create)?.attempts == 0)
            #expect(try await stage.counts() == [.kept: 1])
            try await stage.instance.admin.setPartner(south, .approved, at: stage.school, by: "test")
            stage.instance.clock.advance(by: .minutes(10))
            try await stage.work()
            #expect(try await stage.home(stage.ada) == ["Hello"])
        }
    }
}
