public import ArgumentParser
public import Domain
import Outbox
import Storage
import Vocabulary

/// The command `staffroom school ...`.
struct SchoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "school",
        abstract: "Add, list and change the schools of this instance.",
        subcommands: [Add.self, List.self, Change.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a school.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var trial: TrialOptions
        @Argument(help: "The name that people see.")
        var name: String
        @Option(help: "The public address that all links are built from; it can never change.")
        var baseURL: String
        @Option(help: "Who may exchange activities with it: partners or open.")
        var federation: School.Federation = .partners

        func run() async throws {
            try await Instance.use(try global.settings(trial.values)) { instance in
                let school = try await instance.addSchool(name, baseURL: baseURL, federation)
                print("Added \(school.name) at \(school.origin).")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the schools.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                let schools = try await instance.database.read { try $0.schools.all() }
                let json = JSONValue.array(schools.map(\.json))
                Output.write(json, asJSON: output.json) {
                    Output.table(
                        ["HOST", "NAME", "FEDERATION", "SIGNED READS", "BASE URL"],
                        schools.map { school in
                            [
                                school.host.description, school.name, school.federation.rawValue,
                                school.requiresSignedReads ? "yes" : "no", school.origin.description,
                            ]
                        }
                    )
                }
            }
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "set", abstract: "Change a school.")

        @OptionGroup var global: GlobalOptions
        @Argument(help: "The school's host.")
        var host: String
        @Option(help: "The name that people see.")
        var name: String?
        @Option(help: "Who may exchange activities with it: partners or open.")
        var federation: School.Federation?
        @Option(help: "Whether other servers must sign to read public posts and actors: on or off.")
        var signedReads: Switch?
        @Option(help: "Whether people must describe the pictures and films that they post: on or off.")
        var descriptions: Switch?
        @Option(help: "Where its clocks are, such as Europe/Berlin; UTC when nothing else was said.")
        var timeZone: ZoneName?
        @Option(help: "The colour of links and buttons, such as #0b5c8a; none takes it away.")
        var color: String?
        @Option(help: "What its people have agreed on, a line each.")
        var rules: String?
        @Option(
            help: "For whom its people may post: some of public,unlisted,school,partners,followers,direct."
        )
        var audiences: String?

        func run() async throws {
            try await Instance.use(try global.settings()) { instance in
                var school = try await instance.school(host)
                if let name { school.name = name }
                if let federation { school.federation = federation }
                if let signedReads { school.requiresSignedReads = signedReads == .on }
                if let timeZone { school.timeZone = timeZone }
                if let descriptions { school.requiresDescriptions = descriptions == .on }
                if let color { school.color = try Self.color(color) }
                if let rules { school.rules = rules }
                if let audiences { school.audiences = try Self.audiences(audiences) }
                if let problem = SchoolProblem.all(of: school).first {
                    throw ValidationError(problem.description)
                }
                try await instance.admin.update(school, by: Instance.admin)
                print("Changed \(school.name) at \(school.host).")
            }
        }

        private static func color(_ text: String) throws -> SchoolColor? {
            if text == "none" { return nil }
            guard let color = SchoolColor(text) else {
                throw ValidationError("--color: \(text) is no colour such as #0b5c8a")
            }
            return color
        }

        private static func audiences(_ text: String) throws -> Set<Audience> {
            Set(
                try text.split(separator: ",").map { name in
                    guard let audience = Audience(rawValue: String(name)) else {
                        throw ValidationError("--audiences: \(name) is none of them")
                    }
                    return audience
                }
            )
        }
    }
}

extension Instance {
    /// Adds a school; at plain http for trials only.
    ///
    /// - Throws: `ValidationError`, `RegistrarError`, `StorageError`.
    func addSchool(
        _ name: String,
        baseURL: String,
        _ federation: School.Federation = .partners
    ) async throws -> School {
        let origin: Origin
        do {
            origin = try Origin(baseURL)
        } catch {
            throw ValidationError("--base-url: \(error); it looks like https://staff.north.example")
        }
        guard origin.scheme == .https || !settings.dangerousRanges.isEmpty else {
            throw ValidationError(
                "--base-url: plain http is for trials, with --danger-allow-addresses; use https"
            )
        }
        return try await registrar.addSchool(at: origin, name: name, federation: federation, by: Self.admin)
    }
}

/// On or off.
enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
}

extension School.Federation: ExpressibleByArgument {}

extension ZoneName: ExpressibleByArgument {
    /// Reads the name of a zone that is known here.
    public init?(argument: String) { self.init(argument) }
}

extension School {
    var json: JSONValue {
        [
            "host": .string(host.description), "name": .string(name), "base_url": .string(origin.description),
            "federation": .string(federation.rawValue), "signed_reads": .bool(requiresSignedReads),
            "descriptions": .bool(requiresDescriptions), "time_zone": .string(timeZone.description),
            "color": color.map { .string($0.description) } ?? .null, "rules": .string(rules),
            "audiences": .array(Audience.allCases.filter(audiences.contains).map { .string($0.rawValue) }),
        ]
    }
}
