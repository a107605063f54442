import Foundation
import Synchronization
import Vocabulary

/// One kill in the middle of deliveries, and the judgement of what the receivers have in the end.
struct TakeoverTrial {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// What a cycle has shown.
    struct Result {
        let killedAfter: Double
        /// How many had come when the process was killed.
        let before: Int
        /// How many lanes the other one took over, as it says.
        let lanes: Int
        /// From the kill to the last delivery, in milliseconds.
        let allAfter: Double
        let lost: Int
        let repeated: Int
        let doubled: Int
        let disordered: Int
    }

    let stage: Stage
    let hosts: [String]
    let posts: Int
    /// Without a new delivery for so many seconds, the trial has failed.
    let patience: Double

    private var total: Int { hosts.count * posts }

    /// Has the survivor post, kills the victim when a share is delivered, waits until everything is, and judges.
    ///
    /// The victim is started again only after that.
    func run(_ cycle: Int, kill victim: Program, beside survivor: Program, at share: Double) throws -> Result
    {
        let lanesBefore = lanesTakenOver(by: survivor)
        var watch = Watch(cycle: cycle, position: stage.peers.count, total: total)
        let poster = CyclePosts(survivor, cycle, posts)
        try follow(&watch, poster, survivor) { Double($0.count) >= share * Double(total) }
        let killedAfter = watch.elapsed
        victim.end(SIGKILL)
        let (killedAt, before) = (ContinuousClock.now, watch.ledger.count)
        guard before < total else {
            throw Failed(
                description: "cycle \(cycle): all was delivered before the kill; take more deliveries"
            )
        }
        try follow(&watch, poster, survivor) { $0.count >= total }
        let allAfter = max(0, killedAt.duration(to: watch.lastNew).milliseconds)
        try waitForEmptyQueue(watch, survivor)
        watch.look(at: stage.peers)
        let written = try poster.result()
        let result = Result(
            killedAfter: killedAfter,
            before: before,
            lanes: lanesTakenOver(by: survivor) - lanesBefore,
            allAfter: allAfter,
            lost: watch.ledger.lost(of: written, by: hosts).reduce(0) { $0 + $1.count },
            repeated: watch.ledger.repeated,
            doubled: watch.ledger.doubled,
            disordered: watch.ledger.disordered(written).count
        )
        try victim.start()
        return result
    }

    /// Looks at what comes until a condition holds; fails when nothing new comes for too long.
    private func follow(
        _ watch: inout Watch,
        _ poster: CyclePosts,
        _ survivor: Program,
        until isOver: (Ledger) -> Bool
    ) throws {
        while true {
            watch.look(at: stage.peers)
            if isOver(watch.ledger) { return }
            try poster.check()
            guard watch.lastNew.duration(to: .now).milliseconds < patience * 1_000 else {
                throw Failed(description: missing(watch, poster, survivor))
            }
            usleep(10_000)
        }
    }

    private func waitForEmptyQueue(_ watch: Watch, _ survivor: Program) throws {
        let end = ContinuousClock.now + .seconds(patience)
        while case let waiting = try queue(survivor)["waiting"]?.integer ?? 0, waiting > 0 {
            guard ContinuousClock.now < end else {
                throw Failed(
                    description:
                        "cycle \(watch.cycle): all has come, but \(waiting) are still in the queue:\n"
                        + lines(of: try queue(survivor))
                )
            }
            usleep(200_000)
        }
    }

    /// Says what has not come, and how the queue stands.
    private func missing(_ watch: Watch, _ poster: CyclePosts, _ survivor: Program) -> String {
        let lost = watch.ledger.lost(of: poster.written, by: hosts)
        let most = lost.prefix(5).map { "\($0.host) \($0.count)" }.joined(separator: ", ")
        let queue = (try? queue(survivor)).map { lines(of: $0) } ?? "the queue cannot be read"
        return """
            cycle \(watch.cycle): for \(Int(patience)) s nothing new has come. \(watch.ledger.count) of \(total) are there, \
            \(poster.written.count) of \(posts) posts are written, \(lost.count) hosts lack some: \(most)
            \(queue)
            """
    }

    private func queue(_ program: Program) throws -> JSONObject {
        let status = try JSONParser.parse(Array(try program.run("queue", "status", "--json").utf8))
        return status.object ?? [:]
    }

    private func lines(of queue: JSONObject) -> String {
        let states = ["waiting", "delivered", "undelivered"].map { "\($0) \(queue[$0]?.integer ?? 0)" }
        let hosts = (queue["hosts"]?.asList ?? []).prefix(5).map { JSONWriter.text($0) }
        return (["the queue: \(states.joined(separator: ", "))"] + hosts).joined(separator: "\n")
    }

    /// How many lanes a process says in its log that it has taken over.
    private func lanesTakenOver(by program: Program) -> Int {
        let log = (try? String(contentsOfFile: program.logPath, encoding: .utf8)) ?? ""
        return log.split(separator: "\n").filter { $0.contains("took over from a process") }
            .compactMap { line in
                line.split(separator: " ").first { $0.hasPrefix("lanes=") }.flatMap { Int($0.dropFirst(6)) }
            }
            .reduce(0, +)
    }
}

/// What has come in a cycle, told on standard error as it comes.
private struct Watch {
    let cycle: Int
    private var position: Int
    private let total: Int
    private let began = ContinuousClock.now
    private var toldAt = ContinuousClock.now
    private(set) var lastNew = ContinuousClock.now
    private(set) var ledger = Ledger()

    init(cycle: Int, position: Int, total: Int) {
        self.cycle = cycle
        self.position = position
        self.total = total
    }

    /// In milliseconds since the cycle began.
    var elapsed: Double { began.duration(to: .now).milliseconds }

    mutating func look(at peers: FakePeers) {
        let before = ledger.count
        let new = peers.deliveries(from: position)
        position += new.count
        for delivery in new { ledger.add(delivery) }
        if ledger.count > before { lastNew = new.map(\.at).max() ?? .now }
        guard toldAt.duration(to: .now) >= .seconds(2) else { return }
        toldAt = .now
        let seconds = String(format: "%.0f", elapsed / 1_000)
        let text = "cycle \(cycle): \(ledger.count) of \(total) delivered after \(seconds) s\n"
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// Writes a cycle's posts, one after the other, in a thread of its own.
private final class CyclePosts: Sendable {
    private let state = Mutex<(written: [String], error: (any Error)?, isDone: Bool)>(([], nil, false))

    init(_ program: Program, _ cycle: Int, _ posts: Int) {
        Thread.detachNewThread { [self] in
            do {
                for post in 1...posts {
                    let form = "status=cycle+\(cycle)+\(post)&visibility=public"
                    let answer = try program.api("POST", "/v1/statuses", form: form)
                    let uri = answer.object?["uri"]?.string ?? ""
                    state.withLock { $0.written.append(uri) }
                }
            } catch {
                state.withLock { $0.error = error }
            }
            state.withLock { $0.isDone = true }
        }
    }

    /// The URIs of the posts that were acknowledged.
    var written: [String] { state.withLock { $0.written } }

    /// Throws what made posting impossible.
    func check() throws {
        if let error = state.withLock({ $0.error }) { throw error }
    }

    /// The URIs of all posts.
    func result() throws -> [String] {
        while !state.withLock({ $0.isDone }) { usleep(1_000) }
        try check()
        return written
    }
}
