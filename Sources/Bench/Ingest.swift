import ArgumentParser
import Foundation
import HTTPSignatures
import Vocabulary

/// `staffroom-bench ingest`: signed Creates of ten actors until they stand in the home timeline.
struct Ingest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Signed Creates from 10 actors over 16 connections, until visible in the home timeline."
    )

    @OptionGroup var options: BenchOptions
    @Option(help: "How many activities in each run.")
    var count = 5_000
    @Option(help: "How many are in the timeline before it is measured.")
    var prefill = 0
    @Flag(help: "Sign by RFC 9421 instead of draft-cavage.")
    var rfc9421 = false

    private static let connections = 16

    func run() async throws {
        var report = Report(
            "ingest: \(count) Creates, 10 actors, \(Self.connections) connections, \(prefill) posts before"
        )
        let stage = try await Stage.make(options.program, scheme: rfc9421 ? .rfc9421 : .cavage)
        let hosts = (1...10).map { stage.peers.host("h\($0)") }
        try stage.follow(hosts)
        var ignored = Report("prefill")
        if prefill > 0 { try measure(stage, hosts, "prefill", prefill, &ignored) }
        for run in 1...max(1, options.runs) { try measure(stage, hosts, "run\(run)", count, &report) }
        report.add("the load's own ceiling /s", stage.ceiling(try lanes(stage, hosts, "ceiling", 5_000)))
        try await stage.end()
        try report.write(options)
    }

    private func measure(
        _ stage: Stage,
        _ hosts: [String],
        _ name: String,
        _ count: Int,
        _ report: inout Report
    ) throws {
        let lanes = try lanes(stage, hosts, name, count)
        let cpu = stage.program.cpuTime()
        let began = ContinuousClock.now
        let sent = Load(port: stage.program.port).send(lanes)
        let posted = began.duration(to: .now)
        let last = hosts.indices.map { "\(name)-\($0)-\((count - 1 - $0) / hosts.count)." }
        try waitFor(last, stage)
        let visible = began.duration(to: .now)
        let used = stage.program.cpuTime() - cpu
        let refused = sent.filter { $0.status != 202 }.count
        guard refused == 0 else { throw Program.Failed(description: "\(refused) were not accepted") }
        report.add("visible/s", Double(count) / visible.milliseconds * 1_000)
        report.add("accepted/s", Double(count) / posted.milliseconds * 1_000)
        report.add("POST p50 ms", sent.map(\.milliseconds).quantile(0.5))
        report.add("POST p99 ms", sent.map(\.milliseconds).quantile(0.99))
        report.add("server CPU ms each", used / Double(count))
        report.add("resident MiB at ingest", stage.program.memory())
        let found = try Timeline(program: stage.program).count(name, pages: count / 40 + 20)
        report.add("lost", Double(count - found.count))
        report.add("doubled", Double(found.values.filter { $0 > 1 }.count))
    }

    /// Markers are `NAME-ACTOR-NUMBER.`; the requests of all actors are dealt out to the connections.
    private func lanes(_ stage: Stage, _ hosts: [String], _ name: String, _ count: Int) throws -> [[(
        index: Int, bytes: [UInt8]
    )]] {
        let keys = try hosts.map {
            try SigningKey(rsaPEM: stage.sender.keyText, keyID: "\(stage.peers.actor($0))#main-key")
        }
        var lanes = [[(index: Int, bytes: [UInt8])]](repeating: [], count: Self.connections)
        for number in 0..<count {
            let actor = number % hosts.count
            let create = stage.sender.create("\(name)-\(actor)-\(number / hosts.count).", by: hosts[actor])
            let bytes = try stage.sender.post(
                JSONWriter.write(.object(create)),
                key: keys[actor],
                to: "/ap/inbox"
            )
            lanes[number % Self.connections].append((number, bytes))
        }
        return lanes
    }

    private func waitFor(_ markers: [String], _ stage: Stage) throws {
        var missing = Set(markers)
        let timeline = Timeline(program: stage.program)
        // Connections drift apart in a long run: one actor's last post may stand thousands below another's.
        var pages = 4
        _ = try stage.wait("\(markers.count) last posts in the timeline", seconds: 600) {
            let seen = try timeline.contents(pages: pages).joined()
            missing = missing.filter { !seen.contains($0) }
            pages = min(pages * 2, 1_000)
            return missing.isEmpty ? true : nil
        }
    }
}
