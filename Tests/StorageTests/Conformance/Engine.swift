import Foundation
import Storage
import StorageSQLite
import Testing

/// An engine that the conformance suite runs on: each test takes every one of them.
struct Engine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Makes an empty database for one test and removes it afterwards.
    private let use: @Sendable (@Sendable (any SQLDatabase) async throws -> Void) async throws -> Void

    static let all: [Engine] = [sqlite]

    static let sqlite = Engine(testDescription: "SQLite") { body in
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("staffroom-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try await SQLiteDatabase.open(path: folder.path + "/school.sqlite")
        do {
            try await body(database)
        } catch {
            try? await database.close()
            throw error
        }
        try await database.close()
    }

    /// Runs a body on a database with the present schema.
    func withDatabase(_ body: @escaping @Sendable (any SQLDatabase) async throws -> Void) async throws {
        try await use { database in
            try await Migrator.migrate(database, Schema.migrations)
            try await body(database)
        }
    }

    /// Runs a body in one transaction on an empty world.
    func withWorld(_ body: @escaping @Sendable (World) throws -> Void) async throws {
        try await withDatabase { database in
            try await database.write { db in try body(World(db)) }
        }
    }

    /// Runs a body on a database without any tables.
    func withoutSchema(_ body: @escaping @Sendable (any SQLDatabase) async throws -> Void) async throws {
        try await use(body)
    }
}
