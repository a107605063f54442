import Domain
import Storage
import Vocabulary

/// Where a post went, as its author's client reads it; ours alone.
enum DeliveryEntity {
    static func make(_ line: PostDeliveriesView.Line) -> JSONValue {
        [
            "host": .string(line.host.description),
            "what": .string(line.type == "Update" ? "edit" : "post"),
            "state": .string(line.state.rawValue),
            "attempts": .integer(Int64(line.attempts)),
            "reason": line.authorText.map { .string($0) } ?? nil,
            "tried_at": line.triedAt.map(date) ?? nil,
            "next_attempt_at": line.state == .waiting && !line.isPaused ? date(line.dueAt) : nil,
            "finished_at": line.finishedAt.map(date) ?? nil,
            "may_retry": .bool(line.mayRetry),
        ]
    }

    private static func date(_ time: Timestamp) -> JSONValue { .string(WireDate.format(time.milliseconds)) }
}
