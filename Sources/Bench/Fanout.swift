import ArgumentParser
import Foundation
import Vocabulary

/// `staffroom-bench fanout`: one post to a thousand hosts.
struct Fanout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One post to followers on many hosts, until each has it."
    )

    @OptionGroup var options: BenchOptions
    @Option(help: "How many hosts.")
    var hosts = 1_000

    func run() async throws {
        var report = Report("fanout: one post to \(hosts) hosts")
        let stage = try await Stage.make(options.program)
        try stage.beFollowed(by: (1...hosts).map { stage.peers.host("f\($0)") })
        for run in 1...max(1, options.runs) { try measure(stage, run, &report) }
        let create = try stage.sender.post(stage.sender.create("ceiling", by: "f1"), by: "f1", to: "/inbox")
        let lane = [(index: Int, bytes: [UInt8])](repeating: (0, create), count: 500)
        report.add("the played hosts' own ceiling /s", stage.ceiling(.init(repeating: lane, count: 16)))
        try await stage.end()
        try report.write(options)
    }

    private func measure(_ stage: Stage, _ run: Int, _ report: inout Report) throws {
        let start = stage.peers.count
        let cpu = stage.program.cpuTime()
        let began = ContinuousClock.now
        _ = try stage.program.api("POST", "/v1/statuses", form: "status=fanout+\(run)&visibility=public")
        _ = try stage.wait("\(hosts) deliveries", seconds: 300) {
            stage.peers.count - start >= hosts ? true : nil
        }
        let taken = stage.peers.deliveries(from: start)
        let last = taken.map(\.at).max() ?? began
        // What is delivered twice would come soon after.
        usleep(500_000)
        let all = stage.peers.deliveries(from: start)
        let seconds = began.duration(to: last).milliseconds / 1_000
        report.add("delivered/s", Double(hosts) / seconds)
        report.add("server CPU ms each", (stage.program.cpuTime() - cpu) / Double(hosts))
        report.add("lost", Double(hosts - Set(all.map(\.host)).count))
        report.add("doubled", Double(all.count - Set(all.map(\.host)).count))
        report.add("resident MiB", stage.program.memory())
    }
}
