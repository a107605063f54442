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
            "next_attempt_at": line.state == .waiting ? date(line.dueAt.milliseconds) : nil,
            "finished_at": line.finishedAt.map { date($0.milliseconds) } ?? nil,
        ]
    }

    private static func date(_ milliseconds: Int64) -> JSONValue { .string(WireDate.format(milliseconds)) }
}
