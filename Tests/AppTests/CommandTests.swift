import Domain
import Foundation
import Storage
import StorageSQLite
import Testing
import Vocabulary

@Suite("Commands", .timeLimit(.minutes(10)))
struct CommandTests {
    @Test("every command and subcommand explains itself")
    func help() async throws {
        let program = try StaffroomProgram()
        var waiting: [[String]] = [[]]
        var count = 0
        while let path = waiting.popLast() {
            let answer = try await program.run(path + ["--help"], namesDatabase: false)
            #expect(answer.status == 0, "\(path)")
            #expect(answer.output.hasPrefix("OVERVIEW: "), "\(path)")
            count += 1
            let text =
                answer.output.components(separatedBy: "SUBCOMMANDS:\n").dropFirst().first?
                .components(separatedBy: "\n\n").first ?? ""
            for line in text.split(separator: "\n") where line.hasPrefix("  ") && !line.hasPrefix("   ") {
                guard let name = line.split(separator: " ").first else { continue }
                waiting.append(path + [String(name)])
            }
        }
        #expect(count >= 30)
    }

    @Test("--json prints objects with the members that programs rely on")
    func json() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        try await program.done(
            "account",
            "create",
            "ada",
            "--password-stdin",
            input: "a long walk to school\n"
        )
        try await program.done("partner", "add", "staff.south.example")
        let school = try await members(program, ["school", "list"])
        #expect(
            school == [
                [
                    "audiences", "base_url", "color", "descriptions", "federation", "host", "name", "rules",
                    "signed_reads", "time_zone",
                ]
            ]
        )
        let account = try await members(program, ["account", "list"])
        #expect(account == [["handle", "id", "name", "role", "state", "uri"]])
        #expect(try await members(program, ["partner", "list"]) == [["host", "since", "state"]])
        #expect(try await members(program, ["account", "token", "ada"]) == [["scopes", "token"]])
        #expect(try await members(program, ["post", "ada", "Hello"]) == [["id", "uri", "url"]])
        let posted = try await program.run(["post", "publish", "ada", "Hello again", "--json"])
        let id = try #require(try posted.json.object?["id"]?.string)
        #expect(try await members(program, ["post", "deliveries", id]).isEmpty)
        #expect(try await members(program, ["post", "deliveries", id, "--retry"]).isEmpty)
        for wrong in [["7"], ["x"], [id, "--host", "a.example"]] {
            #expect(try await program.run(["post", "deliveries"] + wrong).status != 0, "\(wrong)")
        }
        let queue = try await members(program, ["queue", "status"])
        #expect(queue == [["delivered", "hosts", "undelivered", "waiting"]])
        #expect(try await members(program, ["queue", "list"]).isEmpty)
        #expect(try await members(program, ["queue", "quarantined"]).isEmpty)
        #expect(
            try await members(program, ["audit", "--limit", "1"]) == [
                ["action", "at", "by", "school", "subject"]
            ]
        )
    }

    @Test("a school's clocks are set by the name of a time zone, and by no other word")
    func timeZone() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        func zone() async throws -> JSONValue? {
            try await program.run(["school", "list", "--json"]).json.asList.first?.object?["time_zone"]
        }
        #expect(try await zone() == "UTC")
        let change = ["school", "set", "school.localhost:1234", "--time-zone"]
        #expect(try await program.run(change + ["Europe/Berlin"]).status == 0)
        #expect(try await zone() == "Europe/Berlin")
        #expect(try await program.run(change + ["Moon/Crater"]).status != 0)
        #expect(try await zone() == "Europe/Berlin")
    }

    @Test("API-28: every act of an admin leaves its row in the audit log")
    func audit() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        try await program.done("account", "create", "ada")
        try await program.done(
            "account",
            "password",
            "ada",
            "--password-stdin",
            input: "a long walk to school\n"
        )
        try await program.done("account", "token", "ada")
        try await program.done("account", "suspend", "ada")
        try await program.done("school", "set", "school.localhost:1234", "--federation", "partners")
        for change in ["add", "pause", "approve", "end", "block"] {
            try await program.done("partner", change, "staff.south.example")
        }
        try await program.done("queue", "retry", "--host", "staff.south.example")
        try await program.done("queue", "retry", "--quarantined")
        let entries = try await program.run(["audit", "--json"]).json.asList.compactMap(\.object)
        #expect(
            entries.reversed().compactMap { $0["action"]?.string } == [
                "school.add", "account.create", "account.password", "account.token", "account.suspend",
                "school.set",
                "partner.approved", "partner.paused", "partner.approved", "partner.ended", "partner.blocked",
                "queue.retry", "queue.retry",
            ]
        )
        let ofSchool = try await program.run(["audit", "--school", "school.localhost:1234", "--json"]).json
            .asList
        #expect(ofSchool.count == entries.count - 2)
    }

    @Test(
        "a report is listed, given to a moderator, noted and closed by commands, and its audit rows are there"
    )
    func reports() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        for name in ["ada", "cleo", "dan"] { try await program.done("account", "create", name) }
        #expect(
            try await program.done("account", "role", "dan", "moderator")
                == "dan@school.localhost:1234 is moderator."
        )
        #expect(try await program.run(["account", "role", "dan", "king"]).status != 0)
        let database = try await SQLiteDatabase.open(path: program.database)
        let id: Report.ID = IDGenerator(clock: SystemClock()).next()
        try await database.write { db in
            let people = try db.accounts.list(of: try db.schools.all()[0].id)
            func person(_ name: String) throws -> Account {
                try #require(people.first { $0.handle.name == name })
            }
            let (ada, cleo) = (try person("ada"), try person("cleo"))
            let report = Report(
                id: id,
                school: try #require(ada.school),
                reporter: ada.id,
                reported: cleo.id,
                comment: "one\n\u{1B}[31mtwo",
                createdAt: SystemClock().now()
            )
            try db.reports.insert(report, posts: [])
        }
        try await database.close()
        let report = id.description
        #expect(
            try await members(program, ["report", "list"]) == [
                [
                    "about", "assignee", "at", "by", "category", "comment", "deleted_posts", "forwarded",
                    "from",
                    "id", "notes", "outcome", "posts", "school", "state",
                ]
            ]
        )
        let shown = try await program.done("report", "show", report)
        #expect(shown.contains("one  [31mtwo") && !shown.contains("\u{1B}"))
        #expect(
            try await program.run(["report", "assign", report, "ada"]).errors.contains("handles reports")
        )
        #expect(try await program.done("report", "assign", report, "dan").contains("assigned, for dan@"))
        try await program.done("report", "unassign", report)
        #expect(try await program.done("report", "note", report, "Spoke with her").contains("Spoke with her"))
        #expect(
            try await program.done("report", "resolve", report, "--outcome", "limited").contains("as limited")
        )
        #expect(try await program.done("report", "list").split(separator: "\n").count == 1)
        #expect(try await program.done("report", "list", "--state", "resolved").contains("cleo@"))
        try await program.done("report", "reopen", report)
        #expect(try await program.done("account", "list").contains("limited"))
        try await program.done("account", "limit", "cleo", "--undo")
        #expect(try await program.run(["report", "show", "7"]).status != 0)
        #expect(try await program.run(["report", "show", "x"]).status != 0)
        let actions = try await program.run(["audit", "--json"]).json.asList.compactMap {
            $0.object?["action"]?.string
        }
        #expect(
            actions.prefix(8) == [
                "account.unlimit", "report.reopen", "report.resolve", "account.limit", "report.note",
                "report.unassign", "report.assign", "account.role.moderator",
            ]
        )
    }

    @Test("doctor prints its findings as JSON, and exits with 1 when something is wrong")
    func doctor() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool("http://school.localhost:\(try StaffroomProgram.freePort())")
        let answer = try await program.run(["doctor", "--json", "--danger-allow-addresses", "127.0.0.0/8"])
        #expect(answer.status == 1)
        let findings = try answer.json.asList.compactMap(\.object)
        let verdicts = Dictionary(
            uniqueKeysWithValues: findings.map { ($0["check"]?.string, $0["verdict"]?.string) }
        )
        #expect(verdicts["database"] == "ok")
        #expect(verdicts.first { $0.key?.hasPrefix("keys of") == true }?.value == "ok")
        #expect(verdicts.first { $0.key?.hasPrefix("own WebFinger") == true }?.value == "fail")
        #expect(findings.allSatisfy { $0["verdict"]?.string != "fail" || $0["advice"]?.string != nil })
    }

    @Test("REL-22: a backup is one file, whole by itself, and a server starts from it")
    func backup() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        let backups = program.folder + "/backups"
        try FileManager.default.createDirectory(atPath: backups, withIntermediateDirectories: false)
        try await program.serving { _ in try await program.done("backup", backups + "/copy.sqlite") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: backups) == ["copy.sqlite"])
        let restored = try StaffroomProgram()
        try FileManager.default.copyItem(atPath: backups + "/copy.sqlite", toPath: restored.database)
        try await restored.serving { _ in }
        #expect(try await members(restored, ["school", "list"]).count == 1)
    }

    @Test("seed makes a school, the same one every time, and nothing more when it is run again")
    func seed() async throws {
        var contents: [[String]] = []
        for _ in 1...2 {
            let program = try StaffroomProgram()
            try await program.done("init")
            try await program.done("seed", "--base-url", "https://staff.north.example")
            let once = try await contentOfSchool(program)
            try await program.done("seed")
            #expect(try await contentOfSchool(program) == once)
            contents.append(once)
        }
        #expect(contents[0] == contents[1])
        #expect(contents[0].count > 50)
    }

    /// Who is there, what they say, whom they follow and what they like, without ids and times.
    private func contentOfSchool(_ program: StaffroomProgram) async throws -> [String] {
        let database = try await SQLiteDatabase.open(path: program.database)
        let rows = try await database.read { db in
            try db.run(
                """
                SELECT 'account ' || name || ' ' || display_name AS line FROM account
                UNION ALL SELECT 'post ' || a.name || ' ' || p.html FROM post p JOIN account a ON a.id = p.account_id
                UNION ALL SELECT 'follow ' || a.name || ' ' || b.name FROM follow f
                    JOIN account a ON a.id = f.follower_id JOIN account b ON b.id = f.followed_id
                UNION ALL SELECT 'reaction ' || r.kind || ' ' || a.name FROM reaction r
                    JOIN account a ON a.id = r.account_id
                ORDER BY line
                """
            ).map { row -> String in try row["line"] }
        }
        try await database.close()
        return rows
    }

    /// The names of the members of each object that a command prints.
    private func members(_ program: StaffroomProgram, _ command: [String]) async throws -> [[String]] {
        let answer = try await program.run(command + ["--json"])
        #expect(answer.status == 0, "\(command): \(answer.errors)")
        return try answer.json.asList.compactMap { $0.object?.members.map(\.key).sorted() }
    }
}
