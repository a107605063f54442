import Foundation
import Storage
import TestKit
import Testing

@testable import StoragePostgres

/// What a real server does to those who use it when it stops, starts again, or should not be used at all.
@Suite(
    "A PostgreSQL server of one's own",
    .enabled(if: PostgresCluster.address != nil),
    .timeLimit(.minutes(10))
)
struct RestartTests {
    private static func words(_ database: PostgresDatabase) async throws -> [Int64] {
        try await database.read { db in
            try db.run("SELECT id FROM word ORDER BY id").map { row in try row["id"] }
        }
    }

    private static func add(_ number: Int64, to database: PostgresDatabase) async throws {
        try await database.write { db in _ = try db.run("INSERT INTO word (id) VALUES (\(number))") }
    }

    /// Whether a write of one database wakes who waits at another one.
    private static func wakes(_ one: PostgresDatabase, _ other: PostgresDatabase) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { await other.waitForWake(.deliveries, timeout: .seconds(60)) }
            // Until it listens, what is sent is lost.
            group.addTask {
                while !Task.isCancelled { try await one.write { $0.wake(.deliveries) } }
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }

    @Test(
        "while the server is away everything is refused as transient; afterwards all that was committed is there, and wake-ups come",
        arguments: [SIGINT, SIGQUIT]
    )
    func restart(signal: Int32) async throws {
        try await OwnCluster.use { cluster in
            let address = try PostgresAddress(try cluster.createDatabase("words"))
            let (one, other) = (
                try await PostgresDatabase.open(address), try await PostgresDatabase.open(address)
            )
            try await one.write { db in _ = try db.run("CREATE TABLE word (id BIGINT PRIMARY KEY)") }
            #expect(try await Self.wakes(one, other))
            let committed = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for worker in 0..<4 as Range<Int64> {
                    group.addTask {
                        var committed: [Int64] = []
                        for number in 0... as PartialRangeFrom<Int64> {
                            do {
                                try await Self.add(worker * 1_000_000 + number, to: one)
                                committed.append(worker * 1_000_000 + number)
                            } catch let error as StorageError {
                                #expect(error.isTransient, "\(error)")
                                return committed
                            }
                            if worker == 0, number == 20 { await cluster.stop(signal) }
                        }
                        return committed
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            for database in [one, other] {
                let error = await #expect(throws: StorageError.self) { try await Self.words(database) }
                #expect(error?.isTransient == true, "\(String(describing: error))")
            }
            try await cluster.start()
            #expect(Set(committed).isSubset(of: try await Self.wordsWhenReachable(other)))
            #expect(committed.count > 20)
            #expect(try await Self.wakes(one, other))
            #expect(try await Self.wakes(other, one))
            try await one.close()
            try await other.close()
        }
    }

    /// An outage is remembered for a moment.
    private static func wordsWhenReachable(_ database: PostgresDatabase) async throws -> Set<Int64> {
        while true {
            do {
                return Set(try await words(database))
            } catch let error as StorageError where error.isTransient {
                await Task.yield()
            }
        }
    }

    @Test("a server that is too old is refused, with its version, the one that is needed, and what to do")
    func tooOld() async throws {
        try await OwnCluster.use { cluster in
            let address = try PostgresAddress(cluster.address())
            var options = PostgresOptions()
            let database = try await PostgresDatabase.open(address, options: options)
            let version: Int? = try await database.read {
                try $0.run("SELECT current_setting('server_version_num')::BIGINT / 10000 AS v").first?["v"]
            }
            try await database.close()
            let installed = try #require(version)
            options.oldestServer = installed + 1
            let error = await #expect(throws: StorageError.self) {
                try await PostgresDatabase.open(address, options: options)
            }
            let text = error?.operatorText ?? ""
            #expect(text.contains("PostgreSQL \(installed)."), "\(text)")
            #expect(text.contains("\(installed + 1) or later is needed; upgrade the server"), "\(text)")
            options.oldestServer = installed
            try await PostgresDatabase.open(address, options: options).close()
        }
    }

    @Test("a server that may lose commits is refused, and says which setting")
    func unsafe() async throws {
        try await OwnCluster.use { cluster in
            let address = try PostgresAddress(cluster.address())
            try await PostgresDatabase.open(address).close()
            try PostgresCluster.run("ALTER SYSTEM SET fsync TO off", on: address.text)
            await cluster.stop(SIGINT)
            try await cluster.start()
            let error = await #expect(throws: StorageError.self) { try await PostgresDatabase.open(address) }
            #expect(error?.operatorText.contains("fsync") == true)
        }
    }

    @Test("a database in another encoding is refused, with the command that makes a right one")
    func encoding() async throws {
        try await OwnCluster.use { cluster in
            try PostgresCluster.run(
                "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'",
                on: cluster.address()
            )
            let error = await #expect(throws: StorageError.self) {
                try await PostgresDatabase.open(try PostgresAddress(cluster.address(of: "latin")))
            }
            #expect(error?.operatorText.contains("createdb --encoding UTF8") == true)
        }
    }
}
