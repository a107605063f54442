import CLibPQ
import Foundation
import Storage
import StoragePostgres

/// The cluster that `TEST_POSTGRES` names, on which each test has a database of its own.
public actor PostgresCluster {
    /// The one of this run.
    public static let shared = PostgresCluster()
    /// Its address, of a database that is there already.
    public static let address = ProcessInfo.processInfo.environment["TEST_POSTGRES"].flatMap {
        $0.isEmpty ? nil : $0
    }

    /// A statement that failed.
    public struct Failure: Error { let text: String }

    private var serial = 0
    private var template: Task<String, any Error>?
    /// How many databases there may be at once: each has a handful of connections.
    private var room = 12
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Makes a database, a copy of one that was migrated once if wanted; waits while there are many.
    public func createDatabase(isMigrated: Bool) async throws -> String {
        if room > 0 { room -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        do {
            let base = isMigrated ? try await migrated() : "template0"
            let name = nextName()
            try Self.run("CREATE DATABASE \(name) TEMPLATE \(base)")
            return try Self.address(of: name)
        } catch {
            leave()
            throw error
        }
    }

    /// Removes a database and whoever is connected to it.
    public func dropDatabase(_ address: String) throws {
        defer { leave() }
        let path = address.prefix { $0 != "?" }
        try Self.run("DROP DATABASE \(path.split(separator: "/").last ?? "") WITH (FORCE)")
    }

    /// The address of another database on the cluster.
    public static func address(of name: String) throws -> String {
        guard let address, let slash = address.prefix(while: { $0 != "?" }).lastIndex(of: "/") else {
            throw Failure(text: "TEST_POSTGRES is no address of a database")
        }
        return address[...slash] + name + address.drop { $0 != "?" }
    }

    /// Runs a statement outside of any transaction.
    public static func run(_ statement: String, on address: String? = address) throws {
        let connection = PQconnectdb(address ?? "")
        defer { PQfinish(connection) }
        let result = PQexec(connection, statement)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
            throw Failure(text: PQerrorMessage(connection).map { String(cString: $0) } ?? "no connection")
        }
    }

    private func migrated() async throws -> String {
        let task =
            template
            ?? Task {
                let name = nextName()
                try Self.run("CREATE DATABASE \(name) TEMPLATE template0")
                let database = try await PostgresDatabase.open(
                    try PostgresAddress(try Self.address(of: name))
                )
                try await Migrator.migrate(database, Schema.migrations)
                try await database.close()
                return name
            }
        template = task
        return try await task.value
    }

    private func nextName() -> String {
        serial += 1
        return "staffroom_test_\(ProcessInfo.processInfo.processIdentifier)_\(serial)"
    }

    private func leave() {
        if waiting.isEmpty { room += 1 } else { waiting.removeFirst().resume() }
    }
}
