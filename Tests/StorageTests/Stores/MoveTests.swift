import Domain
import Storage
import Testing

@Suite("Moves and aliases")
struct MoveTests {
    @Test(
        "a move is noted once in its cool-down, and none leads to who has moved within it",
        arguments: Engine.all
    )
    func coolDown(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.write { db in
                let world = World(db)
                let north = try world.school("north.example")
                let ada = try world.person("ada", at: north)
                let (ben, cy) = (
                    try world.peer("ben", at: "far.example"), try world.peer("cy", at: "far.example")
                )
                let now = world.now
                func begin(_ one: Account, _ other: Account, _ time: Timestamp) throws -> Bool {
                    try db.moves.begin(Move(account: one.id, target: other.id, movedAt: time))
                }
                #expect(try begin(ben, ben, now) == false)
                #expect(try begin(ben, ada, now))
                #expect(try db.moves.target(of: ben.id)?.id == ada.id)
                let almost = now + Move.coolDown - Span(milliseconds: 1)
                #expect(try begin(ben, cy, almost) == false)
                #expect(try begin(ada, ben, almost) == false, "to and fro")
                #expect(try db.moves.target(of: ben.id)?.id == ada.id)
                #expect(try begin(ada, ben, now + Move.coolDown))
                #expect(try db.moves.target(of: ben.id) == nil, "ben is where somebody lives again")
                #expect(try begin(ben, cy, now + Move.coolDown))
                try db.moves.takeBack(ben.id)
                #expect(try db.moves.target(of: ben.id) == nil && db.moves.find(ben.id) != nil)
                #expect(try begin(ben, cy, now + Move.coolDown + .days(1)) == false)
            }
        }
    }

    @Test(
        "a target that is suspended or gone is none, and an account that is gone names no alias",
        arguments: Engine.all
    )
    func gone(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.write { db in
                let world = World(db)
                let ada = try world.ada()
                let ben = try world.peer("ben", at: "far.example")
                try db.moves.addAlias(ben.uri, to: ada.id)
                try db.moves.addAlias(ben.uri, to: ada.id)
                #expect(try db.moves.aliases(of: ada.id) == [ben.uri])
                #expect(try db.moves.begin(Move(account: ben.id, target: ada.id, movedAt: world.now)))
                try db.accounts.setSuspended(ada.id, at: world.now)
                #expect(try db.moves.target(of: ben.id) == nil)
                try db.accounts.setSuspended(ada.id, at: nil)
                #expect(try db.moves.target(of: ben.id)?.id == ada.id)
                try db.buryAccount(ada.id, at: world.now)
                #expect(try db.moves.target(of: ben.id) == nil && db.moves.aliases(of: ada.id) == [])
                #expect(try db.moves.open() == nil)
            }
        }
    }
}
