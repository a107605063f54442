import ArgumentParser
import Domain
import Vocabulary

/// The command `staffroom doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this server, or the way to another one, and say what to do.",
        discussion: """
            Without a host: the database, the clock, the keys, and whether each school's WebFinger can be reached \
            under its base URL. With a host: everything between here and there, each with what to do about it. \
            Exits with 1 when something is wrong.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var outbound: OutboundOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "Another server's host.")
    var host: String?
    @Option(help: "The school that asks; not needed when there is only one.")
    var school: String?

    func run() async throws {
        let findings = try await Instance.use(try global.settings(outbound.values)) { instance in
            try await instance.withFederation { federation in
                if let host {
                    let peer: Host
                    do { peer = try Host(host) } catch {
                        throw ValidationError("\(host) is no host: \(error)")
                    }
                    let school = try await instance.school(school)
                    return await PeerDoctor(instance: instance, federation: federation, school: school)
                        .examine(peer)
                }
                return await OwnDoctor(instance: instance, federation: federation).examine()
            }
        }
        Output.write(.array(findings.map(\.json)), asJSON: output.json) { findings.flatMap(\.lines) }
        if findings.contains(where: { !$0.isFine }) { throw ExitCode(1) }
    }
}

/// One thing that the doctor looked at.
struct Finding: Sendable {
    /// What was looked at.
    let name: String
    /// What was seen.
    let text: String
    /// What to do; nil when all is well.
    let advice: String?

    var isFine: Bool { advice == nil }

    static func fine(_ name: String, _ text: String) -> Finding {
        Finding(name: name, text: text, advice: nil)
    }
    static func bad(_ name: String, _ text: String, _ advice: String) -> Finding {
        Finding(name: name, text: text, advice: advice)
    }

    var lines: [String] {
        ["\(isFine ? "ok  " : "FAIL") \(name): \(text)"] + (advice.map { ["     do: \($0)"] } ?? [])
    }

    var json: JSONValue {
        [
            "check": .string(name), "ok": .bool(isFine), "found": .string(text),
            "advice": advice.map { .string($0) } ?? .null,
        ]
    }
}
