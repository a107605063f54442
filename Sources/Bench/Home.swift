import ArgumentParser
import Foundation
import HTTPSignatures
import Vocabulary

/// `staffroom-bench home`: the first page of a home timeline through the client API, and a post.
struct Home: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "GET /api/v1/timelines/home of 20 posts over 16 connections, and POST /api/v1/statuses."
    )

    @OptionGroup var options: BenchOptions
    @Option(help: "How many times each run asks.")
    var count = 20_000
    @Option(help: "How many posts each run writes.")
    var posts = 500

    private static let connections = 16

    func run() async throws {
        var report = Report(
            "home: \(count) pages of 20 posts, \(Self.connections) connections; \(posts) posts"
        )
        let stage = try await Stage.make(options.program)
        let hosts = (1...10).map { stage.peers.host("h\($0)") }
        try stage.follow(hosts)
        try fill(stage, hosts)
        let nginx = try Nginx(folder: stage.folder, port: try Stage.freePort())
        defer { nginx.stop() }
        for _ in 1...max(1, options.runs) {
            try measure(stage, &report)
            let beside = try pages("/kibibyte", host: "localhost", port: nginx.port)
            report.add("nginx, a file of 1 KiB, /s", beside.perSecond)
            let began = ContinuousClock.now
            let poster = Poster(program: stage.program, next: report.count * posts)
            var times: [Double] = []
            let connection = BlockingConnection(port: stage.program.port)
            for _ in 0..<posts {
                let start = ContinuousClock.now
                guard poster.post(over: connection) else { throw Program.Failed(description: "no answer") }
                times.append(start.duration(to: .now).milliseconds)
            }
            report.add(
                "posts/s, one connection",
                Double(posts) / began.duration(to: .now).milliseconds * 1_000
            )
            report.add("a post, p50 ms", times.quantile(0.5))
            report.add("a post, p99 ms", times.quantile(0.99))
        }
        try await stage.end()
        try report.write(options)
    }

    /// Forty ordinary posts of ten others.
    private func fill(_ stage: Stage, _ hosts: [String]) throws {
        let keys = try hosts.map {
            try SigningKey(rsaPEM: stage.sender.keyText, keyID: "\(stage.peers.actor($0))#main-key")
        }
        let lane = try (0..<40).map { number -> (index: Int, bytes: [UInt8]) in
            let actor = number % hosts.count
            let create = stage.sender.create("home-\(actor)-\(number / hosts.count).", by: hosts[actor])
            let bytes = JSONWriter.write(.object(create))
            return (number, try stage.sender.post(bytes, key: keys[actor], to: "/ap/inbox"))
        }
        let sent = Load(port: stage.program.port).send([lane])
        guard sent.allSatisfy({ $0.status == 202 }) else {
            throw Program.Failed(description: "not all posts were accepted")
        }
        let timeline = Timeline(program: stage.program)
        _ = try stage.wait("40 posts in the timeline") {
            try timeline.contents(pages: 2).count >= 40 ? true : nil
        }
    }

    private func measure(_ stage: Stage, _ report: inout Report) throws {
        let cpu = stage.program.cpuTime()
        let asked = try pages(
            "/api/v1/timelines/home",
            host: stage.program.host,
            port: stage.program.port,
            "Authorization: Bearer \(stage.program.token)\r\n"
        )
        report.add("pages/s", asked.perSecond)
        report.add("a page, p50 ms", asked.times.quantile(0.5))
        report.add("a page, p99 ms", asked.times.quantile(0.99))
        report.add("server CPU ms each", (stage.program.cpuTime() - cpu) / Double(count))
        report.add("resident MiB", stage.program.memory())
    }

    /// Asks for the same thing over all connections.
    private func pages(_ path: String, host: String, port: UInt16, _ fields: String = "") throws -> (
        perSecond: Double, times: [Double]
    ) {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n".utf8)
        let each = count / Self.connections
        let lane = [(index: Int, bytes: [UInt8])](repeating: (0, request), count: each)
        let began = ContinuousClock.now
        let sent = Load(port: port).send(.init(repeating: lane, count: Self.connections))
        let taken = began.duration(to: .now).milliseconds
        let refused = sent.filter { $0.status != 200 }.count
        guard refused == 0, sent.count == each * Self.connections else {
            throw Program.Failed(
                description: "\(refused) of \(sent.count) were not answered with 200: \(path)"
            )
        }
        return (Double(sent.count) / taken * 1_000, sent.map(\.milliseconds))
    }
}
