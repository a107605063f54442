public import ArgumentParser
public import Domain
import Outbox
import Storage
import Vocabulary

/// The command `staffroom queue ...`.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "See what waits to be delivered or was put aside, and try it again.",
        subcommands: [Status.self, List.self, QuarantinedCommand.self, Retry.self],
        defaultSubcommand: Status.self
    )

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the queue by host.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                let (counts, hosts) = try await instance.database.read { db in
                    (try db.queue.counts(), try db.queue.hosts())
                }
                Output.write(json(counts, hosts), asJSON: output.json) {
                    let states = Delivery.State.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }
                    return [states.joined(separator: ", ")]
                        + (hosts.isEmpty ? [] : [""] + table(hosts, now: instance.clock.now()))
                }
            }
        }

        private func table(_ hosts: [QueueView.HostLine], now: Timestamp) -> [String] {
            Output.table(
                ["HOST", "WAITING", "OLDEST", "UNDELIVERED", "FAILURES", "NEXT", "LAST REASON"],
                hosts.map { line in
                    [
                        line.host.description, "\(line.waiting)",
                        line.oldest.map { (now - $0).shown } ?? "-", "\(line.undelivered)",
                        "\(line.failures)\(line.isOpen ? " (circuit open)" : "")",
                        line.dueAt.map { $0 <= now ? "now" : "in \(($0 - now).shown)" } ?? "-",
                        line.lastReason ?? "-",
                    ]
                }
            )
        }

        private func json(_ counts: [Delivery.State: Int], _ hosts: [QueueView.HostLine]) -> JSONValue {
            var document = JSONObject(
                Delivery.State.allCases.map { ($0.rawValue, .integer(Int64(counts[$0] ?? 0))) }
            )
            document["hosts"] = .array(
                hosts.map { line in
                    [
                        "host": .string(line.host.description), "waiting": .integer(Int64(line.waiting)),
                        "undelivered": .integer(Int64(line.undelivered)),
                        "failures": .integer(Int64(line.failures)),
                        "circuit_open": .bool(line.isOpen),
                        "oldest": line.oldest.map { .string(WireDate.format($0.milliseconds)) } ?? .null,
                        "next": line.dueAt.map { .string(WireDate.format($0.milliseconds)) } ?? .null,
                        "last_reason": line.lastReason.map { .string($0) } ?? .null,
                    ]
                }
            )
            return .object(document)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deliveries, the oldest first.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "Only those in this state: waiting, delivered or undelivered.")
        var state: Delivery.State?
        @Option(help: "Only those to this host.")
        var host: String?
        @Option(help: "How many at most.")
        var limit = 100

        func run() async throws {
            let host = try host.map { try Host($0) }
            let (state, limit) = (state, min(max(limit, 1), 100_000))
            try await Instance.use(try global.settings()) { instance in
                let lines = try await instance.database.read {
                    try $0.queue.deliveries(state, host: host, limit: limit)
                }
                Output.write(.array(lines.map(\.json)), asJSON: output.json) {
                    Output.table(
                        ["ID", "STATE", "TYPE", "INBOX", "TRIED", "REASON"],
                        lines.map { line in
                            [
                                line.id.description, line.state.rawValue, line.type, line.inbox.description,
                                "\(line.attempts)", line.reason ?? "-",
                            ]
                        }
                    )
                }
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make waiting and undelivered deliveries due now, or try what was quarantined anew."
        )

        @OptionGroup var global: GlobalOptions
        @Option(help: "Only those to this host.")
        var host: String?
        @Flag(help: "Not the deliveries but the received activities that were put aside.")
        var quarantined = false

        func validate() throws {
            if quarantined, host != nil { throw ValidationError("--host or --quarantined, not both") }
        }

        func run() async throws {
            let host = try host.map { try Host($0) }
            let isOfReceived = quarantined
            try await Instance.use(try global.settings()) { instance in
                if isOfReceived {
                    let count = try await instance.admin.retryQuarantined(by: Instance.admin)
                    print("\(count) received \(count == 1 ? "activity is" : "activities are") tried anew.")
                    return
                }
                let count = try await instance.admin.retryDeliveries(to: host, by: Instance.admin)
                print("\(count) \(count == 1 ? "delivery is" : "deliveries are") due now.")
            }
        }
    }
}

extension Delivery.State: ExpressibleByArgument {}

extension QueueView.Line {
    fileprivate var json: JSONValue {
        [
            "id": .string(id.description), "state": .string(state.rawValue), "type": .string(type),
            "activity": .string(activity.description), "inbox": .string(inbox.description),
            "attempts": .integer(Int64(attempts)), "reason": reason.map { .string($0) } ?? .null,
            "next": .string(WireDate.format(dueAt.milliseconds)),
        ]
    }
}

extension Span {
    /// The length in its largest unit.
    fileprivate var shown: String {
        let seconds = milliseconds / 1_000
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
