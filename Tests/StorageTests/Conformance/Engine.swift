import Storage
import TestKit
import Testing

/// An engine that the conformance suite runs on: the run's own, see `TestEngine`.
struct Engine: Sendable, CustomTestStringConvertible {
    let kind: TestEngine

    static let all = [Engine(kind: .chosen)]
    static let sqlite = Engine(kind: .sqlite)

    var testDescription: String { kind == .sqlite ? "SQLite" : "PostgreSQL" }

    /// Runs a body on a database with the present schema.
    func withDatabase(_ body: @escaping @Sendable (any SQLDatabase) async throws -> Void) async throws {
        try await kind.use { try await body($0) }
    }

    /// Runs a body in one transaction on an empty world.
    func withWorld(_ body: @escaping @Sendable (World) throws -> Void) async throws {
        try await kind.use { database in
            try await database.write { db in try body(World(db)) }
        }
    }

    /// Runs a body on a database without any tables.
    func withoutSchema(_ body: @escaping @Sendable (any SQLDatabase) async throws -> Void) async throws {
        try await kind.use(isMigrated: false) { try await body($0) }
    }
}
