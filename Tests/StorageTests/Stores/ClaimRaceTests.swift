import Domain
import Storage
import Testing

/// Workers that look for work at the same instant, each in a transaction of its own.
@Suite("Claims at once")
struct ClaimRaceTests {
    @Test("workers that claim at once never hold the same lane", arguments: Engine.all)
    func lanes(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let now = try await database.write { db in
                let world = World(db)
                let ada = try world.ada()
                for number in 0..<60 {
                    try world.deliver(try world.activity(by: ada), to: "https://h\(number).example/inbox")
                }
                return world.now
            }
            let claimed = try await Self.race { worker in
                try await database.write { db in
                    try db.lanes.claim(token: "\(worker)", now: now, lease: now + .minutes(1), limit: 7).map(
                        \.host
                    )
                }
            }
            #expect(claimed.count == 60 && Set(claimed).count == 60)
        }
    }

    @Test(
        "workers that claim at once never hold the same activity, nor two of one actor",
        arguments: Engine.all
    )
    func activities(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let now = try await database.write { db in
                let world = World(db)
                let peers = try (0..<20).map { try world.peer("p\($0)", at: "far.example") }
                for number in 0..<100 {
                    _ = try db.receivedActivities.keep(
                        try world.received("\(number)", by: peers[number % 20])
                    )
                }
                return world.now
            }
            let claimed = try await Self.race { worker in
                let batch = try await database.write { db in
                    try db.receivedActivities.claim(now: now, lease: now + .minutes(1), limit: 7)
                }
                return batch.map { (worker, $0) }
            }
            #expect(Set(claimed.map(\.1.id)).count == claimed.count)
            let owners = Dictionary(grouping: claimed, by: \.1.actor).mapValues { Set($0.map(\.0)) }
            #expect(owners.count == 20 && owners.values.allSatisfy { $0.count == 1 })
        }
    }

    @Test(
        "a post that is written while a lane is given back leaves the lane due",
        arguments: Engine.all
    )
    func givingBack(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let (now, ada) = try await database.write { db in
                let world = World(db)
                return (world.now, try world.ada(.open))
            }
            let lease = now + .minutes(1)
            for round in 1...40 {
                let hosts = (0..<8).map { "h\(round)-\($0).example" }
                try await database.write { db in
                    let world = World(db, after: Int64(1_000 * round))
                    for host in hosts {
                        try world.deliver(try world.activity(by: ada), to: "https://\(host)/inbox")
                    }
                    _ = try db.lanes.claim(token: "one", now: now, lease: lease, limit: 100)
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (number, name) in hosts.enumerated() {
                        let host = try Host(name)
                        group.addTask {
                            try await database.write { db in
                                guard var lane = try db.lanes.held(host, token: "one") else { return }
                                for delivery in try db.deliveries.due(on: host, now: now, limit: 9) {
                                    try db.deliveries.markDelivered(delivery.id, status: 202, at: now)
                                }
                                lane.dueAt = try db.deliveries.nextDue(on: host)
                                try db.lanes.release(lane, token: "one")
                            }
                        }
                        group.addTask {
                            try await database.write { db in
                                let world = World(db, after: Int64(1_000 * round + 100 + 10 * number))
                                try world.deliver(try world.activity(by: ada), to: "https://\(host)/inbox")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let stranded = try await database.read { db in
                    try db.queue.hosts().filter { $0.waiting > 0 && $0.dueAt == nil }.map(\.host)
                }
                #expect(stranded == [])
                try await database.write { try $0.run("DELETE FROM delivery") }
            }
        }
    }

    /// Has ten workers claim until nothing is left for them.
    private static func race<Claim: Sendable>(
        _ claim: @escaping @Sendable (_ worker: Int) async throws -> [Claim]
    ) async throws -> [Claim] {
        try await withThrowingTaskGroup(of: [Claim].self) { group in
            for worker in 0..<10 {
                group.addTask {
                    var claimed: [Claim] = []
                    while case let batch = try await claim(worker), !batch.isEmpty { claimed += batch }
                    return claimed
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
