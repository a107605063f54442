import Foundation
import HTTPSignatures
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
    /// The markers of all activities; each was acknowledged in the end.
    private var acknowledged: Set<String> = []
    /// The numbers of ada's posts that were acknowledged.
    private var posted: Set<Int> = []
    private var nextPost = 0

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

    /// One crash: sends, kills at a random instant, starts again, sends what was not acknowledged again, judges.
    mutating func run(_ cycle: Int, latest: Int) throws -> String {
        let instant = Int.random(in: 20...max(21, latest), using: &random)
        let requests = try (0..<count).map { try request(cycle, $0) }
        let poster = Poster(program: stage.program, next: nextPost)
        let thread = Thread { poster.run() }
        thread.start()
        let killer = Thread { [program = stage.program] in
            usleep(UInt32(clamping: instant) * 1_000)
            program.end(SIGKILL)
        }
        killer.start()
        let first = send(requests, Set(0..<count))
        while !killer.isFinished { usleep(1_000) }
        poster.stop()
        while !thread.isFinished { usleep(1_000) }
        posted.formUnion(poster.acknowledged)
        nextPost = poster.next
        try stage.program.start()
        try resend(requests, missing: Set(0..<count).subtracting(first))
        acknowledged.formUnion((0..<count).map { "c\(cycle)-\($0)" })
        let seen = try judge()
        return
            "killed after \(instant) ms with \(first.count) of \(count) acknowledged, with \(poster.acknowledged.count) posts of ada; \(seen)"
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

    /// Compares all that was acknowledged since the beginning with all that is there, set with set.
    ///
    /// What was tried and not acknowledged may be there; then all receivers must have it, too.
    private func judge() throws -> String {
        let texts = try settledTimeline()
        let received = Timeline.markers(in: texts, Timeline.anyCycle)
        try expect("the timeline", received, equals: acknowledged)
        let own = Timeline.numbers(in: texts)
        guard Set(own).count == own.count else { throw Lost(description: "posts of ada's are there twice") }
        guard posted.isSubset(of: own) else {
            throw Lost(description: "posts of ada's are lost: \(posted.subtracting(own).sorted())")
        }
        guard own.allSatisfy({ $0 < nextPost }) else {
            throw Lost(description: "there are posts nobody wrote")
        }
        let deliveries = try judgeDeliveries(own: Set(own))
        return
            "now \(received.count) received and \(own.count) of ada's own there, \(deliveries); 0 lost, 0 doubled"
    }

    /// The whole timeline, once everything received has had its effect and the queue is empty.
    private func settledTimeline() throws -> [String] {
        let (stage, expected) = (stage, acknowledged.count)
        _ = try stage.wait("an empty queue", seconds: 120) {
            let status = try JSONParser.parse(Array(try stage.program.run("queue", "status", "--json").utf8))
            return status.object?["waiting"]?.integer == 0 ? true : nil
        }
        return try stage.wait("all \(expected) activities in the timeline", seconds: 120) {
            let texts = try Timeline(program: stage.program).contents(pages: 100_000)
            return Timeline.markers(in: texts, Timeline.anyCycle).count >= expected ? texts : nil
        }
    }

    private func expect(_ place: String, _ counts: [String: Int], equals expected: Set<String>) throws {
        let doubled = counts.filter { $0.value > 1 }.keys.sorted()
        let lost = expected.subtracting(counts.keys).sorted()
        let strange = Set(counts.keys).subtracting(expected).sorted()
        guard doubled.isEmpty, lost.isEmpty, strange.isEmpty else {
            throw Lost(description: "in \(place) lost \(lost), doubled \(doubled), never sent \(strange)")
        }
    }

    /// Every receiver has exactly ada's posts, in order; what came twice had the same id and counts once.
    private func judgeDeliveries(own: Set<Int>) throws -> String {
        var seen: [String: [Int]] = [:]
        var ids: Set<String> = []
        var repeats = 0
        for delivery in stage.peers.deliveries() where delivery.activity["type"]?.string == "Create" {
            guard ids.insert("\(delivery.host) \(delivery.activity["id"]?.string ?? "")").inserted else {
                repeats += 1
                continue
            }
            let content = delivery.activity["object"]?.object?["content"]?.string ?? ""
            seen[delivery.host, default: []] += Timeline.numbers(in: [content])
        }
        for receiver in receivers {
            let numbers = seen[receiver] ?? []
            guard Set(numbers) == own, numbers.count == own.count else {
                throw Lost(
                    description:
                        "\(receiver) has \(numbers.count) of \(own.count) posts; lacks \(own.subtracting(numbers).sorted())"
                )
            }
            guard numbers == numbers.sorted() else {
                throw Lost(description: "\(receiver) got them out of order: \(numbers)")
            }
        }
        return "\(ids.count) delivered to \(receivers.count) receivers (\(repeats) repeated with the same id)"
    }
}
