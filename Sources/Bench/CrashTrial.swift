import Foundation
import HTTPSignatures
import Synchronization
import Vocabulary

/// The ledger of what the server has acknowledged, and the judgement of what is there after its crashes.
struct CrashTrial {
    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    let stage: Stage
    let count: Int
    var random: Seeded
    private var senders: [String] = []
    private var receivers: [String] = []
    private var keys: [SigningKey] = []
    /// The numbers of ada's posts that were acknowledged.
    private var posted: [Int] = []
    private var nextPost = 0
    private var repeats = 0

    init(stage: Stage, count: Int, random: Seeded) {
        self.stage = stage
        self.count = count
        self.random = random
    }

    /// Ten hosts that ada follows, twenty that follow her.
    mutating func prepare() throws {
        senders = (1...10).map { stage.peers.host("h\($0)") }
        receivers = (1...20).map { stage.peers.host("f\($0)") }
        keys = try senders.map {
            try SigningKey(rsaPEM: stage.sender.keyText, keyID: "\(stage.peers.actor($0))#main-key")
        }
        try stage.follow(senders)
        try stage.beFollowed(by: receivers)
    }

    /// One crash: sends, kills, starts again, sends what was not acknowledged again, judges.
    mutating func run(_ cycle: Int, latest: Int) throws -> String {
        let requests = try (0..<count).map { try request(cycle, $0) }
        let instant = Int.random(in: 20...max(21, latest), using: &random)
        let poster = Poster(program: stage.program, next: nextPost)
        let thread = Thread { poster.run() }
        thread.start()
        let killer = Thread { [program = UncheckedProgram(stage.program)] in
            usleep(UInt32(clamping: instant) * 1_000)
            program.value.end(SIGKILL)
        }
        killer.start()
        let acknowledged = send(requests, Set(0..<count))
        let firstTime = acknowledged.count
        while !killer.isFinished { usleep(1_000) }
        poster.stop()
        while !thread.isFinished { usleep(1_000) }
        posted += poster.acknowledged
        nextPost = poster.next
        try stage.program.start()
        try resend(requests, missing: Set(0..<count).subtracting(acknowledged))
        try judge(cycle)
        return
            "killed after \(instant) ms with \(firstTime) of \(count) acknowledged and \(poster.acknowledged.count) posts; nothing lost or doubled"
    }

    private func request(_ cycle: Int, _ number: Int) throws -> [UInt8] {
        let actor = number % senders.count
        let create = stage.sender.create("c\(cycle)-\(number).", by: senders[actor])
        return try stage.sender.post(JSONWriter.write(.object(create)), key: keys[actor], to: "/ap/inbox")
    }

    private func send(_ requests: [[UInt8]], _ numbers: Set<Int>) -> Set<Int> {
        var lanes = [[(index: Int, bytes: [UInt8])]](repeating: [], count: 8)
        for number in numbers.sorted() { lanes[number % 8].append((number, requests[number])) }
        let sent = Load(port: stage.program.port).send(lanes)
        return Set(sent.filter { $0.status == 202 }.map(\.index))
    }

    private func resend(_ requests: [[UInt8]], missing: Set<Int>) throws {
        var missing = missing
        _ = try stage.wait("the acknowledgement of what was sent again") {
            missing.subtract(send(requests, missing))
            return missing.isEmpty ? true : nil
        }
    }

    private mutating func judge(_ cycle: Int) throws {
        let earlier = cycle > 1 ? "c\(cycle - 1)-" : nil
        let stage = stage
        let count = count
        _ = try stage.wait("every post of cycle \(cycle) in the timeline", seconds: 120) {
            let counts = try Timeline(program: stage.program)
                .count("c\(cycle)", pages: 10_000) { text in earlier.map { text.contains($0) } ?? false }
            if let doubled = counts.first(where: { $0.value > 1 }) {
                throw Lost(description: "\(doubled.key) is there twice")
            }
            return counts.count >= count ? true : nil
        }
        try judgeDeliveries()
    }

    /// Every receiver has every acknowledged post, in order; what came twice had the same id and counts once.
    private mutating func judgeDeliveries() throws {
        let (stage, posted, receivers) = (stage, posted, receivers)
        _ = try stage.wait("an empty queue", seconds: 120) {
            let status = try JSONParser.parse(Array(try stage.program.run("queue", "status", "--json").utf8))
            return status.object?["waiting"]?.integer == 0 ? true : nil
        }
        var seen: [String: [Int]] = [:]
        var ids: Set<String> = []
        repeats = 0
        for delivery in stage.peers.deliveries() where delivery.activity["type"]?.string == "Create" {
            let id = "\(delivery.host) \(delivery.activity["id"]?.string ?? "")"
            guard ids.insert(id).inserted else {
                repeats += 1
                continue
            }
            let content = delivery.activity["object"]?.object?["content"]?.string ?? ""
            if let number = content.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) {
                seen[delivery.host, default: []].append(number)
            }
        }
        for receiver in receivers {
            let numbers = seen[receiver] ?? []
            guard Set(posted).isSubset(of: numbers) else {
                throw Lost(
                    description: "\(receiver) lacks posts \(Set(posted).subtracting(numbers).sorted())"
                )
            }
            guard numbers == numbers.sorted() else {
                throw Lost(description: "\(receiver) got them out of order: \(numbers)")
            }
        }
    }

    /// Once more everything, from the first cycle on.
    func judgeAll() throws -> String {
        let counts = try Timeline(program: stage.program).count("c", pages: 100_000)
        let all = try Timeline(program: stage.program).contents(pages: 100_000)
        let markers = all.compactMap { text in
            text.split(separator: ">").dropFirst().first?.split(separator: " ").first
        }
        .filter { $0.hasPrefix("c") && $0.contains("-") }
        guard Set(markers).count == markers.count, counts.isEmpty || !markers.isEmpty else {
            throw Lost(description: "\(markers.count - Set(markers).count) are there twice")
        }
        return
            "\(markers.count) received and \(posted.count * receivers.count) delivered; 0 lost, 0 doubled; "
            + "\(repeats) deliveries repeated with the same id"
    }
}

/// The program, for the one thread that kills it.
///
/// Confined to that thread until it has ended.
private struct UncheckedProgram: @unchecked Sendable {
    let value: Program

    init(_ value: Program) {
        self.value = value
    }
}

/// Posts as ada, one post after the other, until it is stopped.
private final class Poster: Sendable {
    private let request: @Sendable (Int) -> [UInt8]
    private let port: UInt16
    private let state: Mutex<(next: Int, acknowledged: [Int], isStopped: Bool)>

    init(program: Program, next: Int) {
        let (host, token) = (program.host, program.token)
        port = program.port
        state = Mutex((next, [], false))
        request = { number in
            let form = "status=number+\(number)+of+ada&visibility=public"
            return Array(
                """
                POST /api/v1/statuses HTTP/1.1\r
                Host: \(host)\r
                Authorization: Bearer \(token)\r
                Content-Type: application/x-www-form-urlencoded\r
                Content-Length: \(form.utf8.count)\r
                \r
                \(form)
                """.utf8
            )
        }
    }

    var acknowledged: [Int] { state.withLock { $0.acknowledged } }
    var next: Int { state.withLock { $0.next } }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    func run() {
        let connection = BlockingConnection(port: port)
        while !state.withLock({ $0.isStopped }) {
            let number = state.withLock { state in
                defer { state.next += 1 }
                return state.next
            }
            guard let answer = try? connection.exchange(request(number)) else { return }
            if answer.status == 200 { state.withLock { $0.acknowledged.append(number) } }
            usleep(20_000)
        }
    }
}
