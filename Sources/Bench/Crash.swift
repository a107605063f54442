import ArgumentParser
import Foundation

/// `staffroom-bench crash`: kills the server at random instants and judges by a ledger what it lost or doubled.
struct Crash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "kill -9 at a random instant while it takes and delivers; then everything acknowledged must be there."
    )

    @Option(help: "The staffroom program.")
    var program: String
    @Option(help: "How often it is killed.")
    var cycles = 3
    @Option(help: "Activities in each cycle.")
    var count = 500
    @Option(help: "The seed of the instants; another seed, other instants.")
    var seed: UInt64 = 1
    @Option(help: "The latest instant in milliseconds after the first request.")
    var latest = 1_000

    func run() async throws {
        let stage = try await Stage.make(program)
        do {
            var trial = try CrashTrial(stage: stage, count: count, random: Seeded(state: seed))
            try trial.prepare()
            for cycle in 1...max(1, cycles) {
                let result = try trial.run(cycle, latest: latest)
                print("cycle \(cycle): \(result)")
            }
            try await stage.end()
        } catch {
            print("FAILED: \(error)\nThe database and the log are in \(stage.folder).")
            try await stage.end(keepsFolder: true)
            throw ExitCode(1)
        }
    }
}

/// A generator whose numbers depend on nothing but its seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
