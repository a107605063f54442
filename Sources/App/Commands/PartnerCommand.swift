import ArgumentParser
import Domain
import Outbox
import Storage
import Vocabulary

/// The command `staffroom partner ...`.
struct PartnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partner",
        abstract: "Decide with which other servers a school exchanges activities.",
        discussion: "Both sides have to agree: the other school's admin names this school, too.",
        subcommands: [Add.self, Approve.self, Pause.self, End.self, Block.self, List.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a partner, approved from now on.")
        @OptionGroup var change: PartnerChange

        func run() async throws { try await change.run(.approved, "is a partner") }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve a proposed partner, or go on with a paused or ended one."
        )
        @OptionGroup var change: PartnerChange

        func run() async throws { try await change.run(.approved, "is a partner") }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pause a partner: it is told to try again later, and deliveries to it wait."
        )
        @OptionGroup var change: PartnerChange

        func run() async throws { try await change.run(.paused, "is paused") }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a partnership: nothing is exchanged, waiting deliveries are given up."
        )
        @OptionGroup var change: PartnerChange

        func run() async throws { try await change.run(.ended, "is no partner any more") }
    }

    struct Block: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Block a host and all below it, whatever the school's federation setting says."
        )
        @OptionGroup var change: PartnerChange

        func run() async throws { try await change.run(.blocked, "is blocked") }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the partners of a school.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var output: OutputOptions
        @Option(help: "The school's host; not needed when there is only one.")
        var school: String?

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                let school = try await instance.school(school)
                let partners = try await instance.database.read { try $0.partners.list(of: school.id) }
                let json = partners.map { partner -> JSONValue in
                    [
                        "host": .string(partner.host.description), "state": .string(partner.state.rawValue),
                        "since": .string(WireDate.format(partner.changedAt.milliseconds)),
                    ]
                }
                Output.write(.array(json), asJSON: output.json) {
                    Output.table(
                        ["HOST", "STATE", "SINCE"],
                        partners.map { partner in
                            [
                                partner.host.description, partner.state.rawValue,
                                WireDate.format(partner.changedAt.milliseconds),
                            ]
                        }
                    )
                }
            }
        }
    }
}

/// The arguments and the deed that the changes of a partner share.
struct PartnerChange: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The other server's host, such as staff.south.example.")
    var host: String
    @Option(help: "The school's host; not needed when there is only one.")
    var school: String?

    func run(_ state: Partner.State, _ words: String) async throws {
        let partner: Host
        do {
            partner = try Host(host)
        } catch {
            throw ValidationError("\(host) is no host: \(error)")
        }
        try await Instance.use(try global.settings()) { instance in
            let school = try await instance.school(school)
            guard partner != school.host else { throw ValidationError("a school is no partner of itself") }
            try await instance.admin.setPartner(partner, state, at: school, by: Instance.admin)
            print("For \(school.name), \(partner) \(words).")
        }
    }
}
