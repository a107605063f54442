import ArgumentParser
import Domain
import Storage
import StorageSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The command `staffroom import-database`.
struct ImportDatabase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-database",
        abstract: "Move an instance from a file to a PostgreSQL database.",
        discussion: """
            Stop the server first. Everything is copied as it is, keys, queue and ids included, then read back and \
            compared. The file is not changed but for its schema, which is brought up to date. The target must be \
            empty; an import that was cut short is begun anew. Then set `database` to the new address and start.
            """
    )

    @Option(help: ArgumentHelp("The file to copy.", valueName: "sqlite:path"))
    var from: String
    @Option(help: ArgumentHelp("Where to copy it to.", valueName: "postgres://user@host/name"))
    var to: String

    func run() async throws {
        let path = from.hasPrefix("sqlite:") ? String(from.dropFirst("sqlite:".count)) : from
        let (source, target) = (try DatabasePlace(path), try DatabasePlace(to))
        guard !source.isShared else { throw ValidationError("--from must be a file") }
        guard target.isShared else { throw ValidationError("--to must be an address, postgres://...") }
        let lock = try source.lock()
        defer { lock?.release() }
        try await Self.with(source) { old in
            try await Self.with(target) { new in
                try await Self.checkUnused(new, target)
                try await InstanceTransfer.run(from: old, to: new, progress: Self.show)
            }
        }
        if Self.hasBar { Self.say("\n") }
        print(
            "Everything is in \(target), and was read back. Set the setting database to it and start the server."
        )
    }

    private static func with(
        _ place: DatabasePlace,
        _ body: (any SQLDatabase) async throws -> Void
    ) async throws {
        let database = try await place.open(statementLimit: .seconds(600))
        let result: Result<Void, any Error>
        do {
            try await Migrator.migrate(database, Schema.migrations)
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        try await database.close()
        try result.get()
    }

    /// Refuses a target that a process serves: it would meet half of the instance.
    private static func checkUnused(_ target: any SQLDatabase, _ place: DatabasePlace) async throws {
        let now = SystemClock().now()
        guard try await target.read({ try $0.processes.living(now: now).isEmpty }) else {
            throw ValidationError(
                "a process serves \(place): stop it first (one that was killed counts for half a minute more)"
            )
        }
    }

    /// Whether somebody looks: a file or a journal gets no bar.
    private static let hasBar = isatty(STDERR_FILENO) == 1

    private static func show(_ progress: InstanceTransfer.Progress) {
        guard hasBar else { return }
        let share = progress.total == 0 ? 1 : Double(progress.done) / Double(progress.total)
        let width = Int(share * 30)
        let bar = String(repeating: "#", count: width) + String(repeating: ".", count: max(0, 30 - width))
        let verb = progress.done * 2 > progress.total ? "checking" : "copying"
        say("\r[\(bar)] \(Int(share * 100)) % \(verb) \(progress.table)\u{1B}[K")
    }

    private static func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
