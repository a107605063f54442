import ArgumentParser
import Foundation

/// `staffroom-bench start`: from the start to the first answer, and the memory of a server with nothing to do.
struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start to the first 200, and resident memory when idle."
    )

    @OptionGroup var options: BenchOptions

    func run() async throws {
        var report = Report("start")
        let stage = try await Stage.make(options.program)
        for _ in 1...max(1, options.runs) {
            stage.program.end()
            report.add("start to first 200, ms", try stage.program.start())
            sleep(5)
            report.add("resident idle, MiB", stage.program.memory())
        }
        try await stage.end()
        try report.write(options)
    }
}
