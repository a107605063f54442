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

    @Test("what a process that is gone has in work is freed, and nobody else's", arguments: Engine.all)
    func takingOver(engine: Engine) async throws {
        try await engine.withWorld { world in
            let (db, now) = (world.db, world.now)
            let ada = try world.ada(.open)
            let lease = now + .minutes(2)
            let (gone, own) = (Self.process(1, settings: ""), Self.process(2, settings: ""))
            for (process, name) in [(gone, "a"), (own, "b")] {
                try db.processes.renew(process, now: now)
                try world.deliver(try world.activity(by: ada), to: "https://\(name).example/inbox")
                let received = try world.received("1", by: try world.peer("ben", at: "\(name).example"))
                _ = try db.receivedActivities.keep(received)
                #expect(
                    try db.lanes.claim(token: name, by: process.id, now: now, lease: lease, limit: 9).count
                        == 1
                )
                #expect(
                    try db.receivedActivities.claim(by: process.id, now: now, lease: lease, limit: 9).count
                        == 1
                )
            }
            #expect(try db.processes.gone(except: own.id) == [gone.id])
            let taken = try db.processes.takeOver(from: gone.id)
            #expect(taken?.lanes == 1 && taken?.receivedActivities == 1)
            #expect(try db.processes.takeOver(from: gone.id) == nil)
            #expect(try !db.processes.isListed(gone.id) && db.processes.isListed(own.id))
            #expect(try db.lanes.held(Host("a.example"), token: "a") == nil)
            #expect(try db.lanes.held(Host("b.example"), token: "b") != nil)
            #expect(
                try db.lanes.claim(token: "c", now: now, lease: lease, limit: 9).map(\.host.name) == [
                    "a.example"
                ]
            )
            #expect(try db.receivedActivities.counts() == [.suspected: 1, .claimed: 1])
        }
    }

    @Test("a process is taken for gone when it was so at every look for two seconds")
    func patience() {
        var watch = ProcessWatch()
        let (one, two) = (ID<ServingProcess>(rawValue: 1), ID<ServingProcess>(rawValue: 2))
        #expect(watch.look([one], at: .seconds(10)) == [])
        #expect(watch.look([one, two], at: .seconds(11)) == [])
        #expect(watch.look([one, two], at: .seconds(12)) == [one])
        #expect(watch.look([one], at: .seconds(12.5)) == [one])
        #expect(watch.look([one, two], at: .seconds(13)) == [one])
        #expect(watch.look([two], at: .seconds(15)) == [two])
        watch.reset()
        #expect(watch.look([two], at: .seconds(16)) == [])
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
