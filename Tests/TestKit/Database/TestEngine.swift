import Foundation
public import Storage
import StoragePostgres
import StorageSQLite

/// An engine that the tests run on: SQLite, or PostgreSQL when the variable `TEST_POSTGRES` has the address of a
/// cluster on which databases may be made, as `Scripts/test` sets it.
public enum TestEngine: Sendable {
    case sqlite
    case postgres

    /// The engine of this run.
    public static let chosen: TestEngine = PostgresCluster.address == nil ? .sqlite : .postgres

    /// Runs a body on an empty database, which has the present schema if wanted, and removes it.
    public func use<Value>(
        isMigrated: Bool = true,
        _ body: (any SQLDatabase) async throws -> Value
    ) async throws -> Value {
        let database = try await TestDatabase.make(on: self, isMigrated: isMigrated)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(database.database))
        } catch {
            result = .failure(error)
        }
        try await database.remove()
        return try result.get()
    }
}

/// A database of one test's own.
public final class TestDatabase: Sendable {
    /// The open database.
    public let database: any SQLDatabase
    /// What the setting `database` would be for it: a path or an address.
    public let place: String
    private let folder: URL?

    private init(_ database: any SQLDatabase, place: String, folder: URL?) {
        self.database = database
        self.place = place
        self.folder = folder
    }

    /// Makes an empty database.
    public static func make(on engine: TestEngine = .chosen, isMigrated: Bool = true) async throws
        -> TestDatabase
    {
        switch engine {
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "staffroom-\(UUID().uuidString)"
            )
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.path + "/test.sqlite"
            let database = try await SQLiteDatabase.open(path: path)
            if isMigrated { try await Migrator.migrate(database, Schema.migrations) }
            return TestDatabase(database, place: path, folder: folder)
        case .postgres:
            let address = try await PostgresCluster.shared.createDatabase(isMigrated: isMigrated)
            let database = try await connect(address, connections: 4)
            return TestDatabase(database, place: address, folder: nil)
        }
    }

    /// Opens a database on PostgreSQL once more, as another process does; whoever opens it closes it.
    public func openAgain() async throws -> any SQLDatabase {
        try await Self.connect(place, connections: 2)
    }

    private static func connect(_ address: String, connections: Int) async throws -> PostgresDatabase {
        var options = PostgresOptions()
        options.connections = connections
        // Hundreds of tests share one server: what waits long for a connection there is no fault.
        options.waitLimit = .seconds(300)
        return try await PostgresDatabase.open(try PostgresAddress(address), options: options)
    }

    /// Closes and removes it.
    public func remove() async throws {
        try await database.close()
        if let folder {
            try FileManager.default.removeItem(at: folder)
        } else {
            try await PostgresCluster.shared.dropDatabase(place)
        }
    }
}
