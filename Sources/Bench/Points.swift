import ArgumentParser
import Foundation

/// `staffroom-bench points`: kills the server at named points and judges by the ledger what it lost or doubled.
struct Points: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "kill -9 at named points, between any two steps that matter; then everything must be right."
    )

    @Option(help: "The staffroom program.")
    var program: String
    @Option(help: "The library that kills it at its calls.")
    var library: String
    @Option(help: "How often it is killed at each point.")
    var cycles = 1
    @Option(help: "The seed of what is chosen by chance: which activity of many, which write of a migration.")
    var seed: UInt64 = 1
    @Option(help: "Only this point.")
    var only: String?

    func run() async throws {
        let names = CrashPoint.all.map(\.name) + (CommandTrial.migrating + CommandTrial.copying).map(\.name)
        if let only, !names.contains(only) {
            throw ValidationError("the points are \(names.joined(separator: ", "))")
        }
        let stage = try await Stage.make(program)
        do {
            let count = try kill(stage)
            try await stage.end()
            print(
                "killed \(count) times: nothing acknowledged lost, nothing doubled, nothing sent that was not kept"
            )
        } catch {
            print("FAILED: \(error)\nThe database and the log are in \(stage.folder).")
            try await stage.end(keepsFolder: true)
            throw ExitCode(1)
        }
    }

    private func kill(_ stage: Stage) throws -> Int {
        var trial = try PointTrial(stage: stage, library: library, random: Seeded(state: seed))
        try trial.prepare()
        var count = 0
        for _ in 1...max(1, cycles) {
            for point in CrashPoint.all where isWanted(point.name) {
                try report(point.name, point.what, &count) { try trial.run(point) }
            }
        }
        var commands = CommandTrial(program: stage.program, plan: trial.plan, random: Seeded(state: seed))
        for _ in 1...max(1, cycles) {
            for point in CommandTrial.migrating where isWanted(point.name) {
                try report(point.name, point.what, &count) { try commands.migrate(point) }
            }
            for point in CommandTrial.copying where isWanted(point.name) {
                try report(point.name, point.what, &count) { try commands.copy(point) }
            }
        }
        return count
    }

    private func isWanted(_ name: String) -> Bool { only == nil || only == name }

    private func report(_ name: String, _ what: String, _ count: inout Int, _ body: () throws -> Any) throws {
        do {
            let seen = try body() as? String
            count += 1
            let column = name.padding(toLength: 24, withPad: " ", startingAt: 0)
            print("\(column) \(what)\(seen.map { "; \($0)" } ?? "")")
        } catch {
            throw CrashLedger.Lost(description: "\(name) (\(what)): \(error)")
        }
    }
}
