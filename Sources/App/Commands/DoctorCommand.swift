import ArgumentParser
import Domain
import Storage
import Vocabulary

/// The command `staffroom doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this server, or the way to another one, and say what to do.",
        discussion: """
            Without a host: the database, the clock, the keys, and whether each school's WebFinger can be reached \
            under its base URL. With a host: everything between here and there; with an account's handle, also that \
            account. Each finding says what to do about it. Exits with 1 when something is wrong; what could not be \
            looked at is a note.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var outbound: OutboundOptions
    @OptionGroup var output: OutputOptions
    @Argument(
        help: "Another server's host, or the handle of an account there, such as @ben@staff.south.example."
    )
    var peer: String?
    @Option(help: "The school that asks; not needed when there is only one.")
    var school: String?

    func run() async throws {
        let findings = try await Instance.use(try global.settings(outbound.values)) { instance in
            try await instance.withFederation { federation in
                guard let peer else {
                    return await OwnDoctor(instance: instance, federation: federation).examine()
                }
                let handle = peer.contains("@") ? try Self.handle(peer) : nil
                let host = try handle?.host ?? Self.host(peer)
                if try await instance.database.read({ try $0.schools.find(host: host) }) != nil {
                    throw ValidationError(
                        "\(host) is a school of this instance: staffroom doctor, without a host"
                    )
                }
                let school = try await instance.school(school)
                return await PeerDoctor(
                    database: instance.database,
                    clock: instance.clock,
                    federation: federation,
                    school: school
                ).examine(host, handle)
            }
        }
        Output.write(.array(findings.map(\.json)), asJSON: output.json) { findings.flatMap(\.lines) }
        if findings.contains(where: { $0.verdict == .bad }) { throw ExitCode(1) }
    }

    private static func host(_ text: String) throws -> Host {
        do { return try Host(text) } catch { throw ValidationError("\(text) is no host: \(error)") }
    }

    private static func handle(_ text: String) throws -> Handle {
        do { return try Handle(text) } catch { throw ValidationError("\(text) is no handle: \(error)") }
    }
}
