import Foundation
import Vocabulary

/// What the server has acknowledged, and the judgement of what is there after its crashes.
struct CrashLedger {
    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    let stage: Stage
    /// The hosts that follow ada.
    let receivers: [String]
    /// The markers of all activities; each was acknowledged in the end.
    var acknowledged: Set<String> = []
    /// The numbers of ada's posts that were acknowledged.
    private var posted: Set<Int> = []
    /// The number of ada's next post.
    private(set) var nextPost = 0

    /// Starts an empty ledger of a server that these hosts follow.
    init(stage: Stage, receivers: [String]) {
        self.stage = stage
        self.receivers = receivers
    }

    /// Notes what ada has posted.
    mutating func note(_ poster: Poster) {
        posted.formUnion(poster.acknowledged)
        nextPost = poster.next
    }

    /// Compares all that was acknowledged since the beginning with all that is there, set with set.
    ///
    /// What was tried and not acknowledged may be there; then all receivers must have it, too.
    func judge() throws -> String {
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
        try checkIntegrity()
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

    /// A copy is made and checked, which reads the whole database.
    private func checkIntegrity() throws {
        let copy = "\(stage.folder)/judged.sqlite"
        _ = try stage.program.run("backup", copy)
        try FileManager.default.removeItem(atPath: copy)
    }
}
