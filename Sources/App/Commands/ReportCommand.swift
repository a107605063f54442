public import ArgumentParser
public import Domain
import Outbox
import Storage
import Vocabulary

/// The command `staffroom report ...`.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Look at reports, and handle them.",
        discussion: """
            A report is a case of the school whose account it is about, or whose member reported somebody elsewhere. \
            What is done about it stands in the audit log.
            """,
        subcommands: [
            List.self, Show.self, Assign.self, Unassign.self, WriteNote.self, Resolve.self, Reopen.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List reports, the newest first.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "The school's host; all schools without it.")
        var school: String?
        @Option(help: "Only those that are open, assigned or resolved; open and assigned ones without it.")
        var state: Report.State?
        @Option(help: "How many at most, up to 200.")
        var limit = 100

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                let chosen = school == nil ? nil : try await instance.school(school).id
                let states = state.map { [$0] } ?? [.open, .assigned]
                let query = ReportStore.Query(school: chosen, states: states, limit: limit)
                let files = try await instance.cases.page(query, as: .commandLine(Instance.admin))
                Output.write(.array(files.map(\.json)), asJSON: output.json) {
                    Output.table(
                        ["ID", "AT", "SCHOOL", "STATE", "ABOUT", "CATEGORY", "FOR"],
                        files.map(\.columns)
                    )
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a report with the posts that it names and its notes."
        )

        @OptionGroup var deed: CaseDeed
        func run() async throws { try await deed.run { try await $0.find($1, as: $2) } }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a report to a moderator or admin.")

        @OptionGroup var deed: CaseDeed
        @Argument(help: "The moderator's handle.")
        var handle: String

        func run() async throws {
            try await deed.run { desk, id, worker, instance in
                let assignee = try await instance.account(handle)
                return try await desk.assign(id, to: assignee.id, as: worker)
            }
        }
    }

    struct Unassign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a report from whoever has it.")

        @OptionGroup var deed: CaseDeed
        func run() async throws { try await deed.run { try await $0.assign($1, to: nil, as: $2) } }
    }

    struct WriteNote: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "note",
            abstract: "Write a note into a report, for its moderators."
        )

        @OptionGroup var deed: CaseDeed
        @Argument(help: "The note.")
        var text: String

        func run() async throws { try await deed.run { try await $0.note($1, text, as: $2) } }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a report with an outcome.",
            discussion: "The outcomes limited and suspended also do that to the account."
        )

        @OptionGroup var deed: CaseDeed
        @Option(help: "dismissed, warned, limited or suspended.")
        var outcome: Report.Outcome

        func run() async throws { try await deed.run { try await $0.resolve($1, outcome, as: $2) } }
    }

    struct Reopen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open a closed report again.")

        @OptionGroup var deed: CaseDeed
        func run() async throws { try await deed.run { try await $0.reopen($1, as: $2) } }
    }
}

/// The arguments of what is done with one report, which is shown as it is then.
struct CaseDeed: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The report's id.")
    var id: String

    func run(_ body: (CaseDesk, Report.ID, CaseWorker) async throws -> CaseFile) async throws {
        try await run { desk, id, worker, _ in try await body(desk, id, worker) }
    }

    func run(_ body: (CaseDesk, Report.ID, CaseWorker, Instance) async throws -> CaseFile) async throws {
        guard let report = Report.ID(id) else { throw ValidationError("\(id) is no id") }
        try await Instance.use(try global.settings()) { instance in
            let file = try await body(instance.cases, report, .commandLine(Instance.admin), instance)
            Output.write(file.json, asJSON: output.json) { file.lines }
        }
    }
}

extension Report.State: ExpressibleByArgument {}
extension Report.Outcome: ExpressibleByArgument {}

extension CaseFile {
    private var time: String { WireDate.format(report.createdAt.milliseconds) }
    private var reporterName: String { reporter.handle.description }

    fileprivate var columns: [String] {
        [
            report.id.description, time, school.host.description, report.state.rawValue,
            reported.handle.description, report.category.rawValue, assignee?.handle.description ?? "-",
        ]
    }

    fileprivate var json: JSONValue {
        [
            "id": .string(report.id.description), "at": .string(time),
            "school": .string(school.host.description), "state": .string(report.state.rawValue),
            "category": .string(report.category.rawValue), "about": .string(reported.handle.description),
            "by": .string(reporterName), "from": report.host.map { .string($0.description) } ?? .null,
            "comment": .string(report.comment), "forwarded": .bool(report.isForwarded),
            "assignee": assignee.map { .string($0.handle.description) } ?? .null,
            "outcome": report.outcome.map { .string($0.rawValue) } ?? .null,
            "posts": .array(posts.map { .string($0.uri.description) }),
            "deleted_posts": .integer(Int64(deletedPosts)),
            "notes": .array(
                notes.map {
                    [
                        "by": .string($0.by), "text": .string($0.text),
                        "at": .string(WireDate.format($0.createdAt.milliseconds)),
                    ]
                }
            ),
        ]
    }

    fileprivate var lines: [String] {
        var lines = [
            "Report \(report.id) of \(time), at \(school.host)",
            "About \(reported.handle), by \(reporterName)\(report.host.map { " (from \($0))" } ?? "")",
            "\(report.category.rawValue): \(report.comment.isEmpty ? "no comment" : Self.printable(report.comment))",
            "\(report.state.rawValue)\(report.outcome.map { " as \($0.rawValue)" } ?? "")"
                + (assignee.map { ", for \($0.handle)" } ?? ""),
        ]
        if report.isForwarded { lines.append("forwarded to \(reported.host)") }
        lines += posts.map { "post \($0.uri): \(Self.printable(String($0.body.text.prefix(200))))" }
        if deletedPosts > 0 { lines.append("\(deletedPosts) of its posts deleted since") }
        lines += notes.map {
            "note of \(WireDate.format($0.createdAt.milliseconds)) by \($0.by): \(Self.printable($0.text))"
        }
        return lines
    }

    /// Text of others in one line, with nothing in it that a terminal acts upon.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
            )
        )
    }
}
