import Foundation
import TestKit

/// The program on a database of its own on a cluster of the test's own.
enum PostgresStage {
    static let danger = ["--danger-allow-addresses", "127.0.0.0/8"]

    /// Runs a body with a cluster and the program on an empty database of it.
    static func use(_ body: @Sendable (OwnCluster, StaffroomProgram) async throws -> Void) async throws {
        try await OwnCluster.use { cluster in
            try await body(cluster, try StaffroomProgram(database: try cluster.createDatabase("staffroom")))
        }
    }

    /// What `serve` says when it does not start.
    static func refusal(of program: StaffroomProgram, _ options: [String] = danger) async throws
        -> StaffroomProgram.Answer
    {
        try await program.run(["serve", "--listen", "127.0.0.1:0"] + options)
    }
}
