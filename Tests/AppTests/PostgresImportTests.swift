import Domain
import Foundation
import Glibc
import StoragePostgres
import StorageSQLite
import TestKit
import Testing
import Vocabulary

@testable import Storage

/// `staffroom import-database`, run as people run it.
@Suite("Moving to PostgreSQL", .enabled(if: PostgresCluster.address != nil), .timeLimit(.minutes(10)))
struct PostgresImportTests {
    private typealias Content = [String: Set<[SQLValue]>]

    /// Everything that is moved, row by row, with its keys, queue and ids.
    private static func content(of program: StaffroomProgram) async throws -> Content {
        let database: any SQLDatabase =
            PostgresAddress.isAddress(program.database)
            ? try await PostgresDatabase.open(try PostgresAddress(program.database))
            : try await SQLiteDatabase.open(path: program.database)
        let content = try await database.read { db in
            try Dictionary(
                uniqueKeysWithValues: TransferTable.all.map { table in
                    let rows = try table.page(after: nil, limit: 100_000, in: db)
                    // By the names of the columns, whose order may differ.
                    return (
                        table.name,
                        Set(
                            rows.map { row in
                                zip(row.columns.names, row.values).sorted { $0.0 < $1.0 }
                                    .flatMap { [.text($0.0), $0.1] }
                            }
                        )
                    )
                }
            )
        }
        try await database.close()
        return content
    }

    private static func importing(_ source: StaffroomProgram, _ target: StaffroomProgram) -> [String] {
        ["import-database", "--from", "sqlite:\(source.database)", "--to", target.database]
    }

    private static func run(_ source: StaffroomProgram, _ target: StaffroomProgram) async throws
        -> StaffroomProgram.Answer
    {
        try await source.run(importing(source, target), namesDatabase: false)
    }

    @Test(
        "an instance moves with keys, queue and ids unchanged, and is served from PostgreSQL as it was from the file"
    )
    func moving() async throws {
        try await PostgresStage.use { _, target in
            let peer = try FakePeer()
            let person = try peer.uri("/peer")
            let key = try TestInstance.rsaSigner(keyID: "\(person)#main-key")
            peer.finger("peer@\(peer.host)", actor: person)
            peer.serve("/peer", try peer.actor("/peer", "peer", signer: key))
            peer.reply("/peer/inbox", .response(202))

            let school = try await ServedSchool()
            let source = school.program
            let server = try await school.start()
            for number in 1...12 { #expect(await school.post("post \(number)")) }
            let refused = try await Self.run(source, target)
            #expect(refused.status != 0)
            #expect(refused.errors.contains("in use by process"), "\(refused.errors)")
            #expect(refused.errors.contains("stop that one first"), "\(refused.errors)")
            let contents = try await school.contents()
            await server.stop()
            try await source.done(
                "follow",
                "ada",
                "peer@\(peer.host)",
                "--danger-allow-addresses",
                "127.0.0.0/8"
            )

            let before = try await Self.content(of: source)
            for table in [
                "school", "account", "signing_key", "post", "outbox_activity", "delivery", "lane", "audit",
            ] {
                #expect(before[table]?.isEmpty == false, "\(table)")
            }
            let answer = try await Self.run(source, target)
            #expect(answer.status == 0, "\(answer.errors)")
            #expect(answer.output.contains("was read back"))
            #expect(answer.errors.isEmpty, "a bar in a file: \(answer.errors)")
            #expect(try await Self.content(of: target) == before)
            #expect(try await Self.content(of: source) == before)

            let again = try await Self.run(source, target)
            #expect(again.status != 0)
            #expect(
                again.errors.contains("the target is not empty: there are rows in school"),
                "\(again.errors)"
            )
            #expect(try await Self.content(of: target) == before)

            let moved = try ServedSchool(school, on: target)
            let served = try await moved.start()
            #expect(try await moved.contents() == contents)
            #expect(await moved.post("after the move"))
            var count = 1
            while peer.count("/peer/inbox") == 0 { count = await peer.server.requests(count).count + 1 }
            let sent = peer.server.requests.last { $0.target == "/peer/inbox" }.map {
                String(decoding: $0.body, as: UTF8.self)
            }
            let follow = try JSONParser.parse(Array((sent ?? "").utf8)).object
            #expect(follow?["type"]?.string == "Follow")
            let uris = (before["outbox_activity"] ?? []).compactMap { row in
                row.firstIndex(of: .text("uri")).map { row[$0 + 1] }
            }
            #expect(uris.contains(.text(follow?["id"]?.string ?? "")))
            await served.stop()
        }
    }

    @Test("on a terminal a bar shows how far the import is")
    func bar() async throws {
        try await PostgresStage.use { _, target in
            let source = try StaffroomProgram()
            try await source.makeSchool()
            try await source.done("account", "create", "ada")
            let output = try OutputLines()
            let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
            let words = [try StaffroomProgram.executable().path] + Self.importing(source, target)
            // It gives a command a terminal, and what that shows to its own output.
            let process = try await ChildProcess.start(
                URL(filePath: "/usr/bin/script"),
                ["-qec", words.map { "'\($0)'" }.joined(separator: " "), "/dev/null"],
                environment: ["PATH": "/usr/bin:/bin", "TERM": "xterm"],
                descriptors: [nothing, output.writer, output.writer]
            )
            close(output.writer)
            close(nothing)
            var shown = ""
            for await line in output.lines { shown += line }
            #expect(await process.end().status == 0)
            #expect(shown.contains("copying school"), "\(shown)")
            #expect(shown.contains("[\(String(repeating: "#", count: 30))] 100 % checking"), "\(shown)")
        }
    }

    @Test("a target that is served, a source that is no file and a target that is one are refused")
    func refusals() async throws {
        try await PostgresStage.use { _, target in
            let source = try StaffroomProgram()
            try await source.makeSchool()
            try await target.serving { _ in
                let answer = try await Self.run(source, target)
                #expect(answer.status != 0)
                #expect(answer.errors.contains("a process serves postgres://"), "\(answer.errors)")
            }
            let other = try StaffroomProgram()
            for (from, to, words) in [
                (target, target, "--from must be a file"), (source, other, "--to must be an address"),
                (other, target, "there is no database at"),
            ] {
                let answer = try await Self.run(from, to)
                #expect(answer.status != 0)
                #expect(answer.errors.contains(words), "\(answer.errors)")
            }
            let answer = try await Self.run(source, target)
            #expect(answer.status == 0, "\(answer.errors)")
        }
    }
}
