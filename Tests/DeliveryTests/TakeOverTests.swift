import Domain
import Storage
import TestKit
import Testing

@testable import Delivery

/// Several processes on one database; a file has only one.
@Suite("Taking deliveries over", .enabled(if: PostgresCluster.address != nil), .timeLimit(.minutes(10)))
struct TakeOverTests {
    private let one = ID<ServingProcess>(rawValue: 1)

    @Test(
        "what a process had in work when it was killed is delivered at once by another; what a living one has is not"
    )
    func killed() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.40")) { stage async throws in
            try await stage.post("One")
            let heir = stage.planner(2)
            try await stage.instance.besideProcess(one) { other in
                #expect(await stage.planner(1, in: other).claim(1).map(\.deliveries.count) == [1])
                let taken = try await stage.instance.database.write { try $0.processes.takeOver(from: one) }
                #expect(taken == nil)
                #expect(await heir.claim(1).isEmpty)
            }
            let taken = try await stage.instance.takeOver(from: one)
            #expect(taken.lanes == 1 && taken.receivedActivities == 0)
            await stage.deliver(with: heir)
            #expect(stage.texts == ["One"])
            #expect(try await stage.states() == [.delivered])
        }
    }

    @Test(
        "a process that was taken for dead but lives records nothing late, and claims again when it is back"
    )
    func takenForDead() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.41") { _ in .hang }) {
            stage async throws in
            let instance = stage.instance
            try await stage.post("One")
            try await instance.besideProcess(one) { other in
                let first = stage.planner(1, in: other)
                let mine = try #require(await first.claim(1).first)
                async let running: Void = first.lanes.run(mine)
                await stage.south.requests(1)
                let taken = try await instance.takeOver(from: one) { try await instance.cutLifeLines() }
                #expect(taken.lanes == 1)
                let second = stage.planner(2)
                let theirs = try #require(await second.claim(1).first)
                stage.south.release()
                await running
                #expect(try await stage.states() == [.waiting])
                async let again: Void = second.lanes.run(theirs)
                await stage.south.requests(2)
                stage.south.release()
                await again
                #expect(try await stage.states() == [.delivered])
                #expect(try await stage.queue().map(\.attempts) == [1])
                try await wait(instance) { other.isShownAlive }
                try await stage.post("Two")
                #expect(await first.claim(1).map(\.deliveries.count) == [1])
            }
        }
    }

    @Test("a process that cannot show that it lives claims nothing, and sends nothing more of what it has")
    func silent() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.42")) { stage async throws in
            let instance = stage.instance
            try await stage.post("One")
            try await instance.besideProcess(one) { other in
                let planner = stage.planner(1, in: other)
                try await stage.post("Two")
                let work = try #require(await planner.claim(1).first)
                // Somebody holds its number: so somebody does who is about to take over.
                try await instance.besideProcess(ID(rawValue: 3)) { holder in
                    try await wait(instance) {
                        try await instance.cutLifeLines()
                        return try await holder.write { db in
                            try db.run("SELECT pg_try_advisory_lock(1) AS v").first?["v"] ?? false
                        }
                    }
                    try await wait(instance) { !other.isShownAlive }
                    await planner.lanes.run(work)
                    #expect(stage.texts == [])
                    #expect(await planner.claim(1).isEmpty)
                }
                try await wait(instance) { other.isShownAlive }
                await stage.deliver(with: planner)
                #expect(stage.texts == ["One", "Two"])
            }
        }
    }

    private func wait(_ instance: TestInstance, until isTrue: () async throws -> Bool) async throws {
        while try await !isTrue() {
            _ = await instance.database.waitForWake(.streaming, timeout: .milliseconds(5))
        }
    }
}
