import Domain
import Outbox
import Storage
import StorageSQLite
import TestKit
import Testing

@testable import Delivery

@Suite("Clocks that are wrong", .timeLimit(.minutes(10)))
struct ClockTests {
    @Test("REL-09: ten years forward give nothing up; twin: so do a month's real waiting")
    func forward() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.7.1") { _ in .close }) { stage in
            try await stage.post("One")
            let planner = stage.planner()
            await stage.deliver(with: planner)
            stage.instance.clock.jump(by: .days(3_650))
            await stage.deliver(with: planner)
            #expect(stage.south.requests.count == 2)
            #expect(try await stage.states() == [.waiting])
            stage.instance.clock.jump(by: .days(-3_650))
            await stage.deliver(with: planner)
            #expect(stage.south.requests.count == 3)
            stage.instance.clock.advance(by: .days(31))
            await stage.deliver(with: planner)
            #expect(try await stage.states() == [.undelivered])
        }
    }

    @Test("REL-09: an hour back makes due at once what waits")
    func back() async throws {
        let answer = Switch(.close)
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.7.2") { _ in answer.answer }) {
            stage in
            try await stage.post("One")
            let planner = stage.planner()
            await stage.deliver(with: planner)
            answer.set(.response(202))
            await stage.deliver(with: planner)
            #expect(try await stage.states() == [.waiting])
            stage.instance.clock.jump(by: .hours(-1))
            await stage.deliver(with: planner)
            #expect(try await stage.states() == [.delivered])
        }
    }

    @Test("REL-09: the time that a lane takes is measured, not read off a clock that somebody sets")
    func laneTime() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.7.3") { _ in .hang }) { stage in
            for number in 1...2 { try await stage.post("Post \(number)") }
            let planner = stage.planner()
            let taken = try #require(await planner.claim(1).first)
            async let running: Void = planner.lanes.run(taken)
            await stage.south.requests(1)
            stage.instance.clock.jump(by: .seconds(60))
            stage.south.release()
            await stage.south.requests(2)
            stage.south.release()
            await running
            #expect(try await stage.states() == [.delivered, .delivered])
        }
    }

    @Test("the first hour of a process gives nothing up")
    func start() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.7.4") { _ in .close }) { stage in
            try await stage.post("One")
            stage.instance.clock.advance(by: .days(31))
            let planner = stage.planner { $0.expiryPauseAtStart = .hours(1) }
            await stage.deliver(with: planner)
            #expect(try await stage.states() == [.waiting])
            stage.instance.clock.advance(by: .hours(1))
            await stage.deliver(with: planner)
            #expect(try await stage.states() == [.undelivered])
        }
    }

    @Test("REL-09: after a step back and a restart an edit still has a higher id than its post")
    func ids() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.7.5")) { stage in
            let post = try await stage.post("First")
            stage.instance.clock.jump(by: .hours(-2))
            let highest = try await stage.instance.database.read { try $0.outboxActivities.highestID() }
            let restarted = Publisher(
                database: stage.instance.database,
                directory: stage.instance.directory,
                ids: IDGenerator(clock: stage.instance.clock, after: highest),
                clock: stage.instance.clock
            )
            _ = try await restarted.edit(post.id, PostDraft(text: "Second"), as: stage.ada.id)
            let planner = stage.planner()
            await planner.begin()
            await stage.deliver(with: planner)
            #expect(stage.texts == ["First", "Second"])
        }
    }

    @Test(
        "REL-08: a restored older copy issues no id that was issued since, and what waits keeps its activity"
    )
    func restored() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.7.6")) { stage in
            guard let live = stage.instance.database as? SQLiteDatabase else { return }
            try await stage.post("Before")
            let path = live.path + ".copy"
            try await live.backup(to: path)
            let waiting = try await stage.queue().map(\.activity)
            var issued: Set<URI> = []
            for number in 1...50 { issued.insert(try await stage.post("Lost \(number)").uri) }
            issued.formUnion(try await stage.queue().map(\.activity))
            stage.instance.clock.advance(by: .hours(1))
            let copy = try await SQLiteDatabase.open(path: path)
            let restored = Publisher(
                database: copy,
                directory: stage.instance.directory,
                ids: IDGenerator(
                    clock: stage.instance.clock,
                    after: try await copy.read { try $0.outboxActivities.highestID() }
                ),
                clock: stage.instance.clock
            )
            #expect(
                try await copy.read { try $0.queue.deliveries(nil, host: nil).map(\.activity) } == waiting
            )
            var reissued: Set<URI> = []
            for number in 1...50 {
                reissued.insert(
                    try await restored.publish(PostDraft(text: "New \(number)"), as: stage.ada.id).uri
                )
            }
            let queue = try await copy.read { try $0.queue.deliveries(nil, host: nil).map(\.activity) }
            reissued.formUnion(queue.dropFirst())
            #expect(issued.isDisjoint(with: reissued.subtracting(waiting)))
            try await copy.close()
        }
    }
}
