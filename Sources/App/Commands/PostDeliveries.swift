import ArgumentParser
import Domain
import Outbox
import Storage
import Vocabulary

/// The command `staffroom post deliveries`.
struct PostDeliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Show to which servers a post went, and try again where it did not arrive.",
        discussion: """
            What has arrived or was given up more than 30 days ago is not kept. An attempt is repeated a minute after the \
            last one at the earliest; servers that the school exchanges nothing with any more are left out.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The post's id, the last part of its address.")
    var id: String
    @Flag(help: "Try again where it did not arrive; a running server does it at once.")
    var retry = false
    @Option(help: "With --retry: only at this host.")
    var host: String?

    func validate() throws {
        if host != nil, !retry { throw ValidationError("--host goes with --retry") }
    }

    func run() async throws {
        guard let id = Post.ID(id) else { throw ValidationError("\(id) is no id of a post") }
        let host = try host.map { try Host($0) }
        try await Instance.use(try global.settings()) { instance in
            let found = try await instance.database.read { db -> (Post, School.ID?)? in
                guard let post = try db.posts.find(id), post.deletedAt == nil,
                    let author = try db.accounts.find(post.author), author.isLocal
                else { return nil }
                return (post, author.school)
            }
            guard let (post, school) = found else {
                throw ValidationError("there is no post \(id) of anybody here")
            }
            if retry {
                _ = try await instance.admin.retryDeliveries(
                    of: post,
                    to: host,
                    at: school,
                    by: Instance.admin
                )
            }
            let lines = try await instance.database.read {
                try $0.postDeliveries.lines(of: id, by: post.author, limit: 1_000)
            }
            Output.write(.array(lines.map(\.json)), asJSON: output.json) {
                Output.table(
                    ["HOST", "WHAT", "STATE", "TRIED", "LAST", "NEXT", "REASON"],
                    lines.map(\.columns)
                )
            }
        }
    }
}

extension PostDeliveriesView.Line {
    private var what: String { type == "Update" ? "edit" : "post" }

    private var next: Timestamp? { state == .waiting && !isPaused ? dueAt : nil }

    fileprivate var columns: [String] {
        [
            host.description, what, state.rawValue, "\(attempts)",
            triedAt.map { WireDate.format($0.milliseconds) } ?? "-",
            next.map { WireDate.format($0.milliseconds) } ?? "-", operatorReason ?? authorText ?? "-",
        ]
    }

    fileprivate var json: JSONValue {
        func date(_ time: Timestamp?) -> JSONValue {
            time.map { .string(WireDate.format($0.milliseconds)) } ?? .null
        }
        return [
            "host": .string(host.description), "what": .string(what), "state": .string(state.rawValue),
            "attempts": .integer(Int64(attempts)), "tried_at": date(triedAt), "next_attempt_at": date(next),
            "finished_at": date(finishedAt), "status": status.map { .integer(Int64($0)) } ?? .null,
            "reason": operatorReason.map { .string($0) } ?? .null,
        ]
    }
}
