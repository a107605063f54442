import Domain
import Foundation
import Storage
import StorageSQLite
import Testing
import Vocabulary

@Suite("Serving", .timeLimit(.minutes(10)))
struct ServingTests {
    @Test("SIGHUP leaves a server without a certificate running, and it says that there is nothing to read")
    func hangUp() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        try await program.serving { server in
            server.signal(SIGHUP)
            _ = try await server.line(containing: "no TLS certificate")
            server.signal(SIGHUP)
            _ = try await server.line(containing: "no TLS certificate")
        }
    }

    @Test("REL-19: a second server on the same file refuses to start, and the first goes on")
    func second() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        try await program.serving { server in
            let answer = try await program.run(
                ["serve", "--listen", "127.0.0.1:0", "--danger-allow-addresses", "127.0.0.0/8"]
            )
            #expect(answer.status != 0)
            #expect(answer.errors.contains("locked") || answer.errors.contains("in use"), "\(answer.errors)")
            server.signal(SIGHUP)
            _ = try await server.line(containing: "no TLS certificate")
        }
    }

    @Test("a database of a newer program is refused by server and commands, and not a byte is changed")
    func newerSchema() async throws {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        let database = try await SQLiteDatabase.open(path: program.database)
        try await database.write {
            try $0.run("INSERT INTO schema_version (version, name) VALUES (9999, 'later')")
        }
        try await database.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: program.database))
        for command in [["serve", "--danger-allow-addresses", "127.0.0.0/8"], ["school", "list"], ["init"]] {
            let answer = try await program.run(command)
            #expect(answer.status != 0)
            #expect(answer.errors.contains("newer"), "\(answer.errors)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: program.database)) == before)
    }

    @Test("a file that is no database is refused with a clear error, and not a byte is changed")
    func noDatabase() async throws {
        let program = try StaffroomProgram()
        let text = Data(String(repeating: "This is a letter, not a database. ", count: 100).utf8)
        try text.write(to: URL(fileURLWithPath: program.database))
        for command in [["serve"], ["init"], ["account", "list"]] {
            let answer = try await program.run(command)
            #expect(answer.status != 0)
            #expect(!answer.errors.isEmpty)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: program.database)) == text)
    }
}
