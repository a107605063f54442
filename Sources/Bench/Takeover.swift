import ArgumentParser
import Foundation
import Vocabulary

/// `staffroom-bench takeover`: kills one of two processes in the middle of their deliveries; the other takes them over.
struct Takeover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "kill -9 for one of two processes on a PostgreSQL in the middle of many deliveries; then all must be there, "
            + "each accepted once."
    )

    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

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

    func run() async throws {
        let stage = try await Stage.make(program, database: database, delay: .milliseconds(50))
        let other = Program(beside: stage.program, port: try Stage.freePort())
        var random = Seeded(state: seed)
        do {
            try other.start()
            try stage.beFollowed(by: (1...hosts).map { stage.peers.host("f\($0)") })
            print("cycle  killed after  delivered then  all after  lost  repeated  accepted more than once")
            for cycle in 1...max(1, cycles) {
                print(try await kill(cycle, stage, [stage.program, other][cycle % 2], &random))
            }
            print(
                "\(cycles) cycles of \(deliveries) deliveries: none lost, each accepted once by its activity's id"
            )
            other.end()
            try await stage.end()
        } catch {
            print("FAILED: \(error)\nThe logs are in \(stage.folder).")
            other.end()
            try await stage.end(keepsFolder: true)
            throw ExitCode(1)
        }
    }

    private func kill(
        _ cycle: Int,
        _ stage: Stage,
        _ victim: Program,
        _ random: inout Seeded
    ) async throws -> String {
        let posts = max(1, deliveries / hosts)
        let start = stage.peers.count
        for post in 1...posts {
            _ = try stage.program.api(
                "POST",
                "/v1/statuses",
                form: "status=cycle+\(cycle)+\(post)&visibility=public"
            )
        }
        let share = Double.random(in: 0.1...0.8, using: &random)
        let began = ContinuousClock.now
        _ = try stage.wait("the middle of the deliveries", seconds: 300) {
            Double(stage.peers.count - start) >= share * Double(hosts * posts) ? true : nil
        }
        let killedAfter = began.duration(to: .now).milliseconds
        let before = stage.peers.count - start
        victim.end(SIGKILL)
        try victim.start()
        let judged = try judge(stage, start, posts, cycle)
        let all = began.duration(to: .now).milliseconds / 1_000
        let columns = [
            "\(cycle)", "\(Int(killedAfter)) ms", "\(before)", String(format: "%.1f s", all), "0",
            "\(judged)", "0",
        ]
        return zip(columns, [5, 12, 14, 9, 4, 8, 23]).map { text, width in
            String(repeating: " ", count: max(0, width - text.count)) + text
        }.joined(separator: "  ")
    }

    /// Waits until the queue is empty, then counts what the hosts accepted: an activity id once, whatever repeats it.
    ///
    /// - Returns: how many came again with an id that was there already.
    private func judge(_ stage: Stage, _ start: Int, _ posts: Int, _ cycle: Int) throws -> Int {
        _ = try stage.wait("an empty queue", seconds: 300) { () -> Bool? in
            let status = try JSONParser.parse(Array(try stage.program.run("queue", "status", "--json").utf8))
            guard status.object?["waiting"]?.integer == 0 else {
                usleep(500_000)
                return nil
            }
            return true
        }
        var accepted: [String: Set<String>] = [:]
        var repeats = 0
        for delivery in stage.peers.deliveries(from: start)
        where delivery.activity["type"]?.string == "Create" {
            let isNew = accepted[delivery.host, default: []].insert(delivery.activity["id"]?.string ?? "")
                .inserted
            if !isNew { repeats += 1 }
        }
        let lacking = accepted.filter { $0.value.count != posts }
        guard accepted.count == hosts, lacking.isEmpty else {
            throw Lost(
                description:
                    "cycle \(cycle): \(hosts - accepted.count + lacking.count) hosts have not got all"
            )
        }
        return repeats
    }
}
