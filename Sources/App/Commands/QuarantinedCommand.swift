import ArgumentParser
import Domain
import Storage
import Vocabulary

/// The command `staffroom queue quarantined`.
struct QuarantinedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantined",
        abstract: "List received activities that were put aside, the oldest first.",
        discussion: """
            Their handler failed too often, or ended the process. They hold nothing else up. To try them anew: \
            staffroom queue retry --quarantined
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "How many at most.")
    var limit = 100

    func run() async throws {
        let limit = min(max(limit, 1), 10_000)
        try await Instance.use(try global.settings()) { instance in
            let found = try await instance.database.read {
                try $0.receivedActivities.quarantined(limit: limit)
            }
            Output.write(.array(found.map(\.json)), asJSON: output.json) {
                Output.table(
                    ["RECEIVED", "ACTIVITY", "ACTOR", "TRIED", "REASON"],
                    found.map { activity in
                        [
                            WireDate.format(activity.receivedAt.milliseconds), activity.uri.description,
                            activity.actor.description, "\(activity.attempts)", activity.reason ?? "-",
                        ]
                    }
                )
            }
        }
    }
}

extension ReceivedActivity {
    fileprivate var json: JSONValue {
        [
            "activity": .string(uri.description), "actor": .string(actor.description),
            "received": .string(WireDate.format(receivedAt.milliseconds)),
            "attempts": .integer(Int64(attempts)),
            "reason": reason.map { .string($0) } ?? .null,
        ]
    }
}
