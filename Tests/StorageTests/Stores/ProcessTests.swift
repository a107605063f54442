import Domain
import Storage
import Testing

/// What many processes do on one database at the same instant.
@Suite("Processes side by side")
struct ProcessTests {
    private static func process(_ id: Int64, settings: String, schema: Int = 4) -> ServingProcess {
        ServingProcess(
            id: ID(rawValue: id),
            version: "1",
            schemaVersion: schema,
            settings: settings,
            startedAt: Timestamp(milliseconds: 1_000)
        )
    }

    @Test(
        "of processes that start at once with different settings only those that agree join",
        arguments: Engine.all
    )
    func joining(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let now = Timestamp(milliseconds: 2_000)
            let joined = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<10 {
                    let process = Self.process(Int64(number), settings: number % 2 == 0 ? "a=1" : "a=2")
                    group.addTask {
                        try await database.write { db in
                            let others = try db.processes.join(process, now: now) {
                                $0.settings != process.settings
                            }
                            return others.contains { $0.settings != process.settings }
                                ? nil : process.settings
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
            }
            #expect(joined.count == 5 && Set(joined).count == 1)
            #expect(try await database.read { try $0.processes.living(now: now).count } == 5)
        }
    }

    @Test("a process that is silent or has left does not count; one that goes on does", arguments: Engine.all)
    func living(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let (old, new) = (Self.process(1, settings: "a=1"), Self.process(2, settings: "a=2"))
            #expect(try db.processes.join(old, now: world.now) { $0.settings != old.settings }.isEmpty)
            #expect(try db.processes.join(new, now: world.now) { $0.settings != new.settings } == [old])
            world.advance(.seconds(20))
            try db.processes.renew(old, now: world.now)
            world.advance(.seconds(20))
            #expect(try db.processes.living(now: world.now) == [old])
            world.advance(.seconds(20))
            #expect(try db.processes.join(new, now: world.now) { $0.settings != new.settings }.isEmpty)
            try db.processes.leave(new.id)
            #expect(try db.processes.living(now: world.now).isEmpty)
        }
    }

    @Test(
        "the same activity that arrives many times at once is kept once and applied once",
        arguments: Engine.all
    )
    func arrival(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let received = try await database.write { db in
                let world = World(db)
                return try world.received("1", by: try world.peer("ben", at: "far.example"))
            }
            func count(
                _ body: @escaping @Sendable (any SQLConnection, Int64) throws -> Bool
            ) async throws -> Int {
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<10 {
                        group.addTask { try await database.write { try body($0, Int64(number)) } }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
            }
            let kept = try await count { db, number in
                try db.receivedActivities.keep(
                    ReceivedActivity(
                        id: ID(rawValue: received.id.rawValue + number),
                        uri: received.uri,
                        actor: received.actor,
                        host: received.host,
                        recipient: nil,
                        body: received.body,
                        receivedAt: received.receivedAt
                    )
                )
            }
            #expect(kept == 1)
            let now = received.receivedAt
            let claimed = try await count { db, _ in
                try !db.receivedActivities.claim(now: now, lease: now + .minutes(1), limit: 9).isEmpty
            }
            #expect(claimed == 1)
            let stored = try await database.read { try $0.receivedActivities.find(uri: received.uri) }
            let id = try #require(stored).id
            #expect(try await count { db, _ in try db.receivedActivities.finish(id, as: .applied) } == 1)
        }
    }
}
