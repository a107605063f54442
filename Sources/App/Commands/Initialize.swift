import ArgumentParser
import Storage

/// The command `staffroom init`.
struct Initialize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Create the database.",
        discussion: "Does nothing to a database that is there already but bring its schema up to date."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await Instance.use(try global.settings(), creating: true) { instance in
            print("The database is \(instance.settings.database).")
            if try await instance.database.read({ try $0.schools.all().isEmpty }) {
                print("Next: staffroom school add \"North High\" --base-url https://staff.north.example")
            }
        }
    }
}
