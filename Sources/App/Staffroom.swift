import ArgumentParser

/// The `staffroom` command.
@main
struct Staffroom: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "staffroom",
        abstract: "A federated activity feed for schools.",
        discussion: """
            Start with `staffroom init`, add a school with `staffroom school add`, people with \
            `staffroom account create`, and run `staffroom serve`.

            All commands but serve can be used while the server runs: it sees their changes within a second.
            """,
        version: version,
        subcommands: [
            Serve.self, Initialize.self, SchoolCommand.self, AccountCommand.self, PartnerCommand.self,
            QueueCommand.self, PostCommand.self, FollowCommand.self, ReportCommand.self, AuditCommand.self,
            Backup.self,
            ImportDatabase.self,
            Seed.self,
            DoctorCommand.self,
        ]
    )
}
