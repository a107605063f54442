import ArgumentParser
import Foundation
import Vocabulary

/// `staffroom-bench scale`: the same deliveries to slow hosts by one process and by two on the same database.
struct Scale: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Two processes on one PostgreSQL against one: deliveries a second to hosts that answer slowly."
    )

    @OptionGroup var options: BenchOptions
    @Option(help: "The address of a PostgreSQL cluster with the empty databases scale1 and scale2.")
    var cluster: String
    @Option(
        help:
            "How many hosts; a whole number of times the lanes of two processes, so that all are in use to the end."
    )
    var hosts = 512
    @Option(help: "How many posts each gets in a run.")
    var posts = 10
    @Option(help: "How long a host takes to answer, in milliseconds.")
    var delay = 200
    @Option(help: "To how many hosts a process delivers at the same time.")
    var lanes = 64

    func run() async throws {
        var report = Report(
            "scale: \(posts) posts to \(hosts) hosts that answer after \(delay) ms; \(lanes) at a time for each process, "
                + "so \(lanes * 1_000 / max(1, delay)) deliveries/s at most for each"
        )
        var setups: [Setup] = []
        for count in 1...2 { setups.append(try await setUp(count)) }
        // In turns, so that what else the machine does falls on both.
        for run in 1...max(1, options.runs) {
            let rates = try setups.map { try measure($0, run, &report) }
            report.add("two against one", rates[1] / max(1, rates[0]))
        }
        for setup in setups {
            for other in setup.programs.dropFirst() { other.end() }
            try await setup.stage.end()
        }
        try report.write(options)
    }

    /// Processes on one database.
    private struct Setup {
        let stage: Stage
        let programs: [Program]
        let hosts: [String]

        var label: String { programs.count == 1 ? "1 process" : "\(programs.count) processes" }
    }

    private func setUp(_ count: Int) async throws -> Setup {
        let stage = try await Stage.make(
            options.program,
            database: "\(cluster)/scale\(count)",
            delay: .milliseconds(delay),
            options: ["--delivery-lanes", "\(lanes)"]
        )
        var programs = [stage.program]
        for _ in 1..<count {
            let other = Program(beside: stage.program, port: try Stage.freePort())
            try other.start()
            programs.append(other)
        }
        let names = (1...max(1, hosts)).map { stage.peers.host("f\($0)") }
        try stage.beFollowed(by: names)
        return Setup(stage: stage, programs: programs, hosts: names)
    }

    /// From the first post to the last delivery.
    private func measure(_ setup: Setup, _ run: Int, _ report: inout Report) throws -> Double {
        let (stage, total) = (setup.stage, setup.hosts.count * posts)
        let start = stage.peers.count
        let before = setup.programs.map { $0.cpuTime() }
        let began = ContinuousClock.now
        let written = try (1...posts).map { post in
            let form = "status=scale+\(run)+\(post)&visibility=public"
            return try stage.program.api("POST", "/v1/statuses", form: form).object?["uri"]?.string ?? ""
        }
        let posted = began.duration(to: .now).milliseconds
        _ = try stage.wait("\(total) deliveries", seconds: 600) {
            stage.peers.count - start >= total ? true : nil
        }
        let last = stage.peers.deliveries(from: start).map(\.at).max() ?? began
        // What is delivered twice would come soon after.
        usleep(UInt32(clamping: 1_000 * (delay + 500)))
        var ledger = Ledger()
        for delivery in stage.peers.deliveries(from: start) { ledger.add(delivery) }
        let seconds = began.duration(to: last).milliseconds / 1_000
        let busy = zip(setup.programs, before).map { $0.cpuTime() - $1 }.reduce(0, +) / 1_000
        report.add("\(setup.label): delivered/s", Double(total) / seconds)
        report.add("\(setup.label): of what is possible, %", 100 * Double(total) / seconds / limit(setup))
        report.add("\(setup.label): the posts written after, ms", posted)
        report.add("\(setup.label): cores in use by each", busy / seconds / Double(setup.programs.count))
        report.add(
            "\(setup.label): lost",
            Double(ledger.lost(of: written, by: setup.hosts).reduce(0) { $0 + $1.count })
        )
        report.add("\(setup.label): doubled or repeated", Double(ledger.doubled + ledger.repeated))
        return Double(total) / seconds
    }

    /// What can be delivered in a second at most while every lane waits for an answer, whatever the machine.
    private func limit(_ setup: Setup) -> Double {
        Double(setup.programs.count * lanes * 1_000) / Double(max(1, delay))
    }
}
