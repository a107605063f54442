import Domain
import Foundation
import Storage
import StoragePostgres
import TestKit
import Testing

/// What `staffroom serve` does when it cannot or must not serve a PostgreSQL database.
@Suite("Starting on PostgreSQL", .enabled(if: PostgresCluster.address != nil), .timeLimit(.minutes(10)))
struct PostgresStartTests {
    @Test(
        "a wrong address, role, password or database stops the start, with what to do and without the password"
    )
    func advice() async throws {
        try await OwnCluster.use(password: "s3cret") { cluster in
            let right = cluster.address()
            let nobody = cluster.host.replacing("pg-", with: "no-")
            for (address, advice) in [
                (right.replacing("s3cret", with: "wr0ng"), ["password authentication failed", "PGPASSFILE"]),
                (right.replacing(":s3cret", with: ""), ["no password supplied", "PGPASSFILE"]),
                (right + "2", ["\"postgres2\" does not exist", "createdb --owner postgres", "postgres2"]),
                (
                    right.replacing(cluster.host, with: nobody),
                    ["Does PostgreSQL run there", "postgres://postgres@\(nobody)/postgres"]
                ),
                ("postgres://ada:s3cret@127.0.0.1:1/staffroom", ["refused", "Does PostgreSQL run there"]),
                (
                    "postgres://ada:s3cret@nowhere.invalid/staffroom",
                    ["nowhere.invalid", "Does PostgreSQL run"]
                ),
                (
                    "postgres://ada:s3cret@[::1/staffroom",
                    ["database: ", "its address cannot be read", "%40"]
                ),
            ] {
                let answer = try await PostgresStage.refusal(of: try StaffroomProgram(database: address))
                #expect(answer.status != 0, "\(address)")
                for words in advice { #expect(answer.errors.contains(words), "\(address): \(answer.errors)") }
                for secret in ["s3cret", "wr0ng"] {
                    #expect(!answer.errors.contains(secret), "\(answer.errors)")
                }
            }
            let program = try StaffroomProgram(database: right)
            try await program.makeSchool()
            try await program.serving { _ in }
        }
    }

    @Test("a missing role stops the start with the command that makes it; once it is made, the start goes on")
    func role() async throws {
        try await PostgresStage.use { cluster, program in
            let ada = program.database.replacing("postgres@", with: "ada@")
            let missing = try await PostgresStage.refusal(of: try StaffroomProgram(database: ada))
            #expect(missing.status != 0)
            #expect(missing.errors.contains("createuser ada"), "\(missing.errors)")
            try PostgresCluster.run("CREATE ROLE ada LOGIN", on: cluster.address())
            // Since version 15 nobody but a database's owner may make tables in it.
            let stranger = try await PostgresStage.refusal(of: try StaffroomProgram(database: ada))
            #expect(stranger.status != 0)
            #expect(stranger.errors.contains("ALTER DATABASE"), "\(stranger.errors)")
            try PostgresCluster.run("ALTER DATABASE staffroom OWNER TO ada", on: cluster.address())
            let owner = try StaffroomProgram(database: ada)
            try await owner.makeSchool()
            try await owner.serving { _ in }
        }
    }

    @Test("a database of a newer program is refused by server and commands, and nothing in it is changed")
    func newerSchema() async throws {
        try await PostgresStage.use { _, program in
            try await program.makeSchool()
            try PostgresCluster.run("INSERT INTO schema_version VALUES (9999, 'later')", on: program.database)
            for command in [["serve"] + PostgresStage.danger, ["school", "list"], ["init"]] {
                let answer = try await program.run(command)
                #expect(answer.status != 0)
                #expect(answer.errors.contains("9999"), "\(answer.errors)")
                #expect(answer.errors.contains("run the newer program"), "\(answer.errors)")
            }
            try PostgresCluster.run("DELETE FROM schema_version WHERE version = 9999", on: program.database)
            try await program.serving { _ in }
        }
    }

    @Test("of two processes with different settings the second refuses to start, and says which setting")
    func settings() async throws {
        try await PostgresStage.use { _, program in
            try await program.makeSchool()
            try await program.serving { _ in
                for (options, key) in [
                    (["--danger-allow-addresses", "127.0.0.0/8"], "no-rate-limits"),
                    (
                        ["--danger-allow-addresses", "127.0.0.0/9", "--no-rate-limits"],
                        "danger-allow-addresses"
                    ),
                ] {
                    let answer = try await PostgresStage.refusal(of: program, options)
                    #expect(answer.status != 0)
                    #expect(answer.errors.contains("\(key): another process"), "\(answer.errors)")
                }
                // Its twin that was told the same serves beside it.
                try await program.serving { _ in }
            }
            // Nobody is left whom other settings would contradict.
            try await program.serving(options: PostgresStage.danger) { _ in }
        }
    }

    @Test("beside a process that knows another schema nobody starts; both versions are named")
    func schemas() async throws {
        try await PostgresStage.use { _, program in
            try await program.makeSchool()
            let known = try Migrator.newestVersion(of: Schema.migrations)
            for other in [known - 1, known + 1] {
                let seen = Int64(Date().timeIntervalSince1970 * 1_000)
                try PostgresCluster.run(
                    """
                    INSERT INTO process (id, version, schema_version, settings, started_at, seen_at)
                    VALUES (7, '0.0.9', \(other), 'danger-allow-addresses=127.0.0.0/8
                    no-rate-limits=true', \(seen), \(seen))
                    """,
                    on: program.database
                )
                let options = PostgresStage.danger + ["--no-rate-limits"]
                let answer = try await PostgresStage.refusal(of: program, options)
                #expect(answer.status != 0)
                #expect(answer.errors.contains("Staffroom 0.0.9"), "\(answer.errors)")
                #expect(answer.errors.contains("schema version \(other)"), "\(answer.errors)")
                #expect(answer.errors.contains("has \(known)"), "\(answer.errors)")
                try PostgresCluster.run("DELETE FROM process", on: program.database)
            }
            try await program.serving { _ in }
        }
    }

    @Test("a schema is not changed under an older process that still serves; when that has gone, it is")
    func olderProcess() async throws {
        try await PostgresStage.use { _, program in
            let known = try Migrator.newestVersion(of: Schema.migrations)
            let database = try await PostgresDatabase.open(try PostgresAddress(program.database))
            try await Migrator.migrate(database, Schema.migrations.dropLast())
            let seen = Int64(Date().timeIntervalSince1970 * 1_000)
            try PostgresCluster.run(
                """
                INSERT INTO process (id, version, schema_version, settings, started_at, seen_at)
                VALUES (7, '0.0.9', \(known - 1), '', \(seen), \(seen))
                """,
                on: program.database
            )
            let answer = try await PostgresStage.refusal(of: program)
            #expect(answer.status != 0)
            #expect(answer.errors.contains("stop the others first"), "\(answer.errors)")
            #expect(answer.errors.contains("knows schema version \(known - 1)"), "\(answer.errors)")
            #expect(try await Migrator.appliedVersion(of: database) == known - 1)
            try PostgresCluster.run("DELETE FROM process", on: program.database)
            try await program.serving { _ in }
            #expect(try await Migrator.appliedVersion(of: database) == known)
            try await database.close()
        }
    }

    @Test("a start that was cut short between two migrations is mended by the next one")
    func cutShort() async throws {
        for count in 1..<Schema.migrations.count {
            try await PostgresStage.use { _, program in
                let database = try await PostgresDatabase.open(try PostgresAddress(program.database))
                try await Migrator.migrate(database, Array(Schema.migrations.prefix(count)))
                try await database.close()
                try await program.serving { _ in }
            }
        }
    }
}
