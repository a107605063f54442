import ArgumentParser
import Foundation

/// `staffroom-bench takeover`: kills one of two processes in the middle of their deliveries; the other takes them over.
struct Takeover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "kill -9 for one of two processes on a PostgreSQL in the middle of many deliveries; then all must be there, "
            + "each accepted once."
    )

    @Option(help: "The staffroom program.")
    var program: String
    @Option(help: "The address of an empty PostgreSQL database.")
    var database: String
    @Option(help: "How often one is killed.")
    var cycles = 1
    @Option(help: "How many deliveries in each cycle.")
    var deliveries = 5_000
    @Option(help: "To how many hosts.")
    var hosts = 250
    @Option(help: "The seed of the instants; another seed, other instants.")
    var seed: UInt64 = 1

    @Option(help: "After so many seconds without a new delivery it has failed, and says what is missing.")
    var patience = 60.0

    func run() async throws {
        let stage = try await Stage.make(program, database: database, delay: .milliseconds(50))
        let other = Program(beside: stage.program, port: try Stage.freePort())
        do {
            try other.start()
            try trial(stage, other)
            other.end()
            try await stage.end()
        } catch {
            say("FAILED: \(error)\nThe logs are in \(stage.folder).")
            other.end()
            try await stage.end(keepsFolder: true)
            throw ExitCode(1)
        }
    }

    private func trial(_ stage: Stage, _ other: Program) throws {
        var random = Seeded(state: seed)
        let trial = TakeoverTrial(
            stage: stage,
            hosts: (1...max(1, hosts)).map { stage.peers.host("f\($0)") },
            posts: max(1, deliveries / max(1, hosts)),
            patience: patience
        )
        try stage.beFollowed(by: trial.hosts)
        say(row(Self.columns.map(\.name)))
        var bad = 0
        for cycle in 1...max(1, cycles) {
            let both = [stage.program, other]
            let result = try trial.run(
                cycle,
                kill: both[cycle % 2],
                beside: both[(cycle + 1) % 2],
                at: Double.random(in: 0.1...0.8, using: &random)
            )
            say(row(Self.columns.map { $0.value(cycle, result) }))
            if result.lost + result.doubled + result.disordered > 0 { bad += 1 }
        }
        guard bad == 0 else {
            throw TakeoverTrial.Failed(
                description: "in \(bad) of \(cycles) cycles something is lost, doubled or out of order"
            )
        }
        say(
            "\(cycles) cycles of \(trial.hosts.count * trial.posts) deliveries: all are there, in order, each counted once "
                + "by its activity's id"
        )
    }

    private struct Column {
        let name: String
        let value: (Int, TakeoverTrial.Result) -> String
    }

    private static var columns: [Column] {
        [
            Column(name: "cycle") { cycle, _ in "\(cycle)" },
            Column(name: "killed after") { "\(Int($1.killedAfter)) ms" },
            Column(name: "delivered then") { "\($1.before)" },
            Column(name: "lanes taken over") { "\($1.lanes)" },
            Column(name: "all, after the kill") { String(format: "%.1f s", $1.allAfter / 1_000) },
            Column(name: "lost") { "\($1.lost)" },
            Column(name: "doubled") { "\($1.doubled)" },
            Column(name: "repeated (same id)") { "\($1.repeated)" },
            Column(name: "out of order") { "\($1.disordered)" },
        ]
    }

    private func row(_ texts: [String]) -> String {
        zip(texts, Self.columns).map { text, column in
            String(repeating: " ", count: max(0, column.name.count - text.count)) + text
        }.joined(separator: "  ")
    }

    /// Prints a line at once, whatever the output is.
    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
