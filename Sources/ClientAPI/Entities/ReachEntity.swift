import Domain
import Outbox
import Vocabulary

/// Whom a post would reach, as its author's client shows it before it is sent; ours alone.
enum ReachEntity {
    static func make(_ reach: Reach, _ audience: Audience) -> JSONValue {
        [
            "people": .integer(Int64(reach.people)),
            "local_people": .integer(Int64(reach.localPeople)),
            "readable_by_everybody": .bool(audience.isForEverybody),
            "servers": .array(
                reach.servers.map { server in
                    [
                        "host": .string(server.host.description), "people": .integer(Int64(server.people)),
                        "waiting": .bool(server.isWaiting),
                    ]
                }
            ),
            "unreached": .array(reach.unreached.map { .string($0.description) }),
            "unknown": .array(reach.unknown.map { .string($0) }),
        ]
    }
}
