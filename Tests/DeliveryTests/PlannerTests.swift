import Domain
import Outbox
import Storage
import TestKit
import Testing

@testable import Delivery

@Suite("The planner at work", .timeLimit(.minutes(10)))
struct PlannerTests {
    @Test("a lane that ends makes room at once, without a wake-up or the poll")
    func refill() async throws {
        let others = try (1...5).map { try LoopbackServer(address: "127.0.6.\($0)") }
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.6.9")) { stage in
            for (number, other) in others.enumerated() {
                _ = try await stage.addPartner("p\(number)", at: try other.origin)
            }
            try await stage.post("One")
            let planner = stage.planner { settings in
                settings.activeLanes = 1
                settings.poll = .seconds(600)
            }
            async let running: Void = planner.run()
            for other in others + [stage.south] { await other.requests(1) }
            planner.stop()
            try await running
            #expect(try await stage.states().allSatisfy { $0 == .delivered })
        }
    }

    @Test(
        "P4: dead hosts get half of the active set at most, so that a host that is well never waits for them"
    )
    func deadHosts() async throws {
        let dead = try (1...4).map { try LoopbackServer(address: "127.0.6.1\($0)") { _ in .hang } }
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.6.20")) { stage in
            for (number, other) in dead.enumerated() {
                _ = try await stage.addPartner("p\(number)", at: try other.origin)
            }
            let well = stage.ben.account.uri.host
            try await stage.post("One")
            try await stage.instance.database.write { db in
                try db.run("UPDATE lane SET failures = 3, due_at = due_at - 1000 WHERE host <> \(well)")
            }
            let planner = stage.planner { settings in
                settings.activeLanes = 4
                settings.stopTime = .milliseconds(10)
            }
            async let running: Void = planner.run()
            await stage.south.requests(1)
            planner.stop()
            try await running
            #expect(dead.map(\.requests.count).reduce(0, +) <= 2)
        }
    }

    @Test("REL-17: what is in flight when the process stops is finished, and nothing new is begun")
    func stopping() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.6.30") { _ in .hang }) { stage in
            for number in 1...3 { try await stage.post("Post \(number)") }
            let planner = stage.planner { $0.stopTime = .seconds(30) }
            async let running: Void = planner.run()
            await stage.south.requests(1)
            planner.stop()
            stage.south.release()
            try await running
            #expect(stage.south.requests.count == 1)
            #expect(try await stage.states() == [.delivered, .waiting, .waiting])
        }
    }

    @Test(
        "REL-17: what is not finished soon is cut off: it waits as before, uncounted, and the host is not blamed"
    )
    func cutOff() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.6.31") { _ in .hang }) { stage in
            try await stage.post("One")
            let planner = stage.planner { $0.stopTime = .milliseconds(10) }
            async let running: Void = planner.run()
            await stage.south.requests(1)
            planner.stop()
            try await running
            let line = try #require(try await stage.queue().first)
            #expect(line.state == .waiting && line.attempts == 0 && line.reason == nil)
            #expect(line.dueAt <= stage.instance.clock.now())
            #expect(try await stage.lane()?.failures == 0)
            async let again: Void = stage.deliver()
            await stage.south.requests(2)
            stage.south.release()
            await again
            #expect(try await stage.states() == [.delivered])
        }
    }

    @Test("two claims of one process are two: the run whose lease has lapsed records nothing")
    func tokens() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.6.32") { _ in .hang }) { stage in
            try await stage.post("One")
            let planner = stage.planner()
            let taken = try #require(await planner.claim(1).first)
            async let running: Void = planner.lanes.run(taken)
            await stage.south.requests(1)
            stage.instance.clock.jump(by: .hours(1))
            let retaken = try #require(await planner.claim(1).first)
            stage.south.release()
            await running
            #expect(try await stage.states() == [.waiting])
            async let again: Void = planner.lanes.run(retaken)
            await stage.south.requests(2)
            stage.south.release()
            await again
            #expect(try await stage.queue().map(\.attempts) == [1])
        }
    }
}
