import Domain
import TestKit
import Testing

@testable import Storage

@Suite("Moving an instance")
struct TransferTests {
    /// Fills a database with something in every part of it, enough for several pages.
    private static func fill(_ database: any SQLDatabase) async throws {
        try await database.write { db in
            let world = World(db)
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let ben = try world.peer("ben", at: "far.example")
            try world.follow(ben, ada)
            try world.partner(north, "far.example", .approved)
            try db.hashtags.follow(
                FollowedHashtag(id: world.id(), account: ada.id, name: "mathe", createdAt: world.now)
            )
            try db.moves.addAlias(ben.uri, to: ada.id)
            #expect(try db.moves.begin(Move(account: ben.id, target: ada.id, movedAt: world.now)))
            let report = Report(
                id: world.id(),
                school: north.id,
                reporter: ben.id,
                host: ben.host,
                reported: ada.id,
                comment: "",
                createdAt: world.now
            )
            try db.reports.insert(report, posts: [try world.post(by: ada).id])
            try db.reports.insert(
                Report.Note(id: world.id(), report: report.id, by: "x", text: "y", createdAt: world.now)
            )
            for number in 0..<1_200 {
                let post = try world.post(by: ada, number % 2 == 0 ? .public : .direct, to: [ben])
                if number % 100 == 0 {
                    try world.react(.like, ben, post)
                    try db.posts.edit(post.id, post.body, attachments: [try world.picture()], at: world.now)
                    try db.postDocuments.set("{}", of: post.id)
                    try world.deliver(
                        try world.activity(by: ada, about: post),
                        to: "https://far.example/inbox"
                    )
                    _ = try db.receivedActivities.keep(try world.received("r\(number)", by: ben))
                }
            }
        }
    }

    @Test("everything arrives unchanged, and an interrupted transfer is begun anew", arguments: Engine.all)
    func moving(engine: Engine) async throws {
        try await Engine.sqlite.withDatabase { source in
            try await Self.fill(source)
            try await engine.withDatabase { target in
                try await target.write { db in
                    _ = try World(db).school("half.example")
                    try db.run("UPDATE instance SET import_began_at = 1 WHERE id = 1")
                }
                await #expect(throws: InstanceTransfer.Refusal.unfinished) {
                    try await InstanceTransfer.checkFinished(in: target)
                }
                var last: InstanceTransfer.Progress?
                try await InstanceTransfer.run(from: source, to: target) { last = $0 }
                try await InstanceTransfer.checkFinished(in: target)
                #expect(last.map { $0.done == $0.total && $0.total > 4_000 } == true)
                for table in TransferTable.all {
                    let sent = try await Self.rows(of: table, in: source)
                    let arrived = try await Self.rows(of: table, in: target)
                    #expect(sent == arrived, "\(table.name)")
                }
                await #expect(throws: InstanceTransfer.Refusal.notEmpty(table: "school")) {
                    try await InstanceTransfer.run(from: source, to: target) { _ in }
                }
            }
        }
    }

    /// Lets a table change each row that is added to it, or lose it; undone by the second statements.
    private static func spoil(_ table: SQL, _ change: SQL, losing: Bool, on dialect: Dialect) -> (
        make: [SQL], undo: [SQL]
    ) {
        guard dialect == .postgres else {
            let body: SQL =
                losing
                ? "DELETE FROM \(fragment: table) WHERE id = NEW.id"
                : "UPDATE \(fragment: table) SET \(fragment: change) = 'spoilt' WHERE id = NEW.id"
            return (
                ["CREATE TRIGGER spoil AFTER INSERT ON \(fragment: table) BEGIN \(fragment: body); END"],
                ["DROP TRIGGER spoil"]
            )
        }
        let body: SQL = losing ? "RETURN NULL" : "NEW.\(fragment: change) := 'spoilt'; RETURN NEW"
        return (
            [
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN \(fragment: body); END$$",
                "CREATE TRIGGER spoil BEFORE INSERT ON \(fragment: table) FOR EACH ROW EXECUTE FUNCTION spoil()",
            ],
            ["DROP FUNCTION spoil() CASCADE"]
        )
    }

    @Test(
        "what arrives changed or not at all is found out, and the target is not served; undisturbed, it arrives",
        arguments: Engine.all,
        [false, true]
    )
    func verification(engine: Engine, losing: Bool) async throws {
        try await Engine.sqlite.withDatabase { source in
            try await Self.fill(source)
            try await engine.withDatabase { target in
                let (table, change): (SQL, SQL) = losing ? ("reaction", "kind") : ("account", "display_name")
                let (make, undo) = Self.spoil(table, change, losing: losing, on: target.dialect)
                for sql in make { try await target.write { db in _ = try db.run(sql) } }
                await #expect(
                    throws: InstanceTransfer.Refusal.different(table: losing ? "reaction" : "account")
                ) {
                    try await InstanceTransfer.run(from: source, to: target) { _ in }
                }
                await #expect(throws: InstanceTransfer.Refusal.unfinished) {
                    try await InstanceTransfer.checkFinished(in: target)
                }
                for sql in undo { try await target.write { db in _ = try db.run(sql) } }
                try await InstanceTransfer.run(from: source, to: target) { _ in }
                try await InstanceTransfer.checkFinished(in: target)
            }
        }
    }

    @Test("a table that nobody has said how to move is refused")
    func unknownTable() async throws {
        try await Engine.sqlite.withDatabase { source in
            try await source.write { db in _ = try db.run("CREATE TABLE novel (id BIGINT PRIMARY KEY)") }
            await #expect(throws: InstanceTransfer.Refusal.unknownTables(["novel"])) {
                try await InstanceTransfer.run(from: source, to: source) { _ in }
            }
        }
    }

    @Test("checksums differ when one value, kind or column does, and not by the order of rows")
    func checksums() throws {
        func checksum(_ rows: [([String], [SQLValue])]) -> TableChecksum {
            var checksum = TableChecksum()
            for (names, values) in rows {
                checksum.add(SQLRow(columns: SQLRow.Columns(names), values: values))
            }
            return checksum
        }
        let (one, two): (([String], [SQLValue]), ([String], [SQLValue])) =
            ((["a", "b"], [.integer(1), .text("x")]), (["a", "b"], [.integer(2), .null]))
        let all = checksum([one, two])
        #expect(all == checksum([two, one]))
        #expect(all != checksum([one]))
        #expect(all != checksum([one, one]))
        #expect(all != checksum([one, (["a", "b"], [.integer(2), .text("")])]))
        #expect(all != checksum([one, (["a", "c"], [.integer(2), .null])]))
        #expect(checksum([(["a"], [.text("x")])]) != checksum([(["a"], [.blob([0x78])])]))
    }

    private static func rows(of table: TransferTable, in database: any SQLDatabase) async throws -> Set<
        [SQLValue]
    > {
        try await database.read { db in Set(try table.page(after: nil, limit: 10_000, in: db).map(\.values)) }
    }
}
