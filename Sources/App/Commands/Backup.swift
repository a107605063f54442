import ArgumentParser
import StorageSQLite

/// The command `staffroom backup`.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the database to a new file while the server runs, and check the copy.",
        discussion: """
            The copy holds the private keys of all accounts: keep it as safe as the database. To restore it, stop the \
            server, put the copy in the place of the database, remove the files ending in -wal and -shm beside it, \
            and start again.

            For a file only: a PostgreSQL database is saved by PostgreSQL's own tools, see Docs/Operations.md.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The file to write; it must not be there yet.")
    var file: String

    func run() async throws {
        let place = try global.settings().database
        guard let source = try await place.open() as? SQLiteDatabase else {
            throw ValidationError("\(place) is on a PostgreSQL server: use pg_dump or pg_basebackup")
        }
        let result: Result<Void, any Error>
        do {
            result = .success(try await source.backup(to: file))
        } catch {
            result = .failure(error)
        }
        try await source.close()
        try result.get()
        let problems = try await SQLiteDatabase.integrityProblems(ofCopyAt: file)
        guard problems.isEmpty else {
            throw ValidationError("the copy is damaged: \(problems.joined(separator: "; "))")
        }
        print("The copy is \(file).")
    }
}
