import ArgumentParser
import Domain
import Storage
import Vocabulary

/// The command `staffroom audit`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show what admins did, the newest first.",
        discussion:
            "Entries are made in the same transaction as what they tell of, and are never changed or removed."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Only what concerns the school with this host.")
    var school: String?
    @Option(help: "How many at most.")
    var limit = 100

    func run() async throws {
        let limit = min(max(limit, 1), 100_000)
        try await Instance.use(try global.settings()) { instance in
            let chosen = school == nil ? nil : try await instance.school(school).id
            let (entries, schools) = try await instance.database.read { db in
                (try db.audit.newest(of: chosen, limit: limit), try db.schools.all())
            }
            let hosts = Dictionary(uniqueKeysWithValues: schools.map { ($0.id, $0.host.description) })
            let rows = entries.map { entry in
                AuditRow(entry: entry, school: entry.school.flatMap { hosts[$0] })
            }
            Output.write(.array(rows.map(\.json)), asJSON: output.json) {
                Output.table(["AT", "SCHOOL", "BY", "ACTION", "SUBJECT"], rows.map(\.columns))
            }
        }
    }
}

/// An entry with its school's host.
private struct AuditRow {
    let entry: AuditEntry
    let school: String?

    private var time: String { WireDate.format(entry.at.milliseconds) }

    var columns: [String] { [time, school ?? "-", entry.by, entry.action, entry.subject] }

    var json: JSONValue {
        [
            "at": .string(time), "school": school.map { .string($0) } ?? .null, "by": .string(entry.by),
            "action": .string(entry.action), "subject": .string(entry.subject),
        ]
    }
}
