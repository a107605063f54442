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
    @Option(help: "How many hosts.")
    var hosts = 300
    @Option(help: "How many posts each gets in a run.")
    var posts = 10
    @Option(help: "How long a host takes to answer, in milliseconds.")
    var delay = 200
    @Option(help: "To how many hosts a process delivers at the same time.")
    var lanes = 64

    func run() async throws {
        var report = Report(
            "scale: \(posts) posts to \(hosts) hosts that answer after \(delay) ms, \(lanes) at a time for each process"
        )
        var rates: [Double] = []
        for count in 1...2 {
            let all = try await measure(count, &report)
            rates.append(all.median)
        }
        report.add("two against one", rates[1] / max(1, rates[0]))
        try report.write(options)
    }

    private func measure(_ count: Int, _ report: inout Report) async throws -> [Double] {
        let stage = try await Stage.make(
            options.program,
            database: "\(cluster)/scale\(count)",
            delay: .milliseconds(delay),
            options: ["--delivery-lanes", "\(lanes)"]
        )
        var others: [Program] = []
        for _ in 1..<count {
            let other = Program(beside: stage.program, port: try Stage.freePort())
            try other.start()
            others.append(other)
        }
        try stage.beFollowed(by: (1...hosts).map { stage.peers.host("f\($0)") })
        var rates: [Double] = []
        let label = count == 1 ? "1 process" : "\(count) processes"
        for run in 1...max(1, options.runs) {
            let start = stage.peers.count
            let began = ContinuousClock.now
            for post in 1...posts {
                _ = try stage.program.api(
                    "POST",
                    "/v1/statuses",
                    form: "status=scale+\(run)+\(post)&visibility=public"
                )
            }
            _ = try stage.wait("\(hosts * posts) deliveries", seconds: 600) {
                stage.peers.count - start >= hosts * posts ? true : nil
            }
            let last = stage.peers.deliveries(from: start).map(\.at).max() ?? began
            // What is delivered twice would come soon after.
            usleep(UInt32(clamping: 1_000 * (delay + 500)))
            let all = stage.peers.deliveries(from: start)
            let distinct = Set(all.map { "\($0.host) \($0.activity["id"]?.string ?? "")" })
            let seconds = began.duration(to: last).milliseconds / 1_000
            rates.append(Double(hosts * posts) / seconds)
            report.add("\(label): delivered/s", Double(hosts * posts) / seconds)
            report.add("\(label): lost", Double(hosts * posts - distinct.count))
            report.add("\(label): doubled", Double(all.count - distinct.count))
        }
        for other in others { other.end() }
        try await stage.end()
        return rates
    }
}
