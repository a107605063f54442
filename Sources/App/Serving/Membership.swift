import Domain
import Logging
import ServiceLifecycle
import Storage

/// Keeps this process among those that serve the instance together, and refuses to start beside others that were told
/// something else.
///
/// A process that was killed counts for half a minute more: only who starts with other settings has to wait for that.
struct Membership: Service {
    private let database: any SQLDatabase
    private let clock: any WallClock
    private let logger: Logger
    private let process: ServingProcess

    /// Joins the others.
    ///
    /// - Throws: `SettingError` that names the setting which differs; `StorageError`.
    static func join(
        _ database: any SQLDatabase,
        _ settings: Settings,
        _ ids: IDGenerator,
        _ clock: any WallClock,
        _ logger: Logger
    ) async throws -> Membership {
        let process = ServingProcess(
            id: ids.next(),
            version: Staffroom.version,
            schemaVersion: try Migrator.newestVersion(of: Schema.migrations),
            settings: settings.agreed.map { "\($0.key.rawValue)=\($0.value)" }.joined(separator: "\n"),
            startedAt: clock.now()
        )
        let others = try await database.write { db in
            try db.processes.join(process, now: clock.now()) { !Self.agrees($0, process) }
        }
        if let other = others.first(where: { !agrees($0, process) }) { throw difference(process, other) }
        logger.info(
            "joined the instance",
            metadata: ["process": "\(process.id)", "others": "\(others.count)"]
        )
        return Membership(database: database, clock: clock, logger: logger, process: process)
    }

    /// Refuses to change the schema under a process that runs and knows only the present one.
    ///
    /// - Throws: `SettingError`.
    static func checkSchema(of database: any SQLDatabase, _ clock: any WallClock) async throws {
        let known = try Migrator.newestVersion(of: Schema.migrations)
        // A database without tables has no processes.
        guard let found = try? await Migrator.appliedVersion(of: database), (1..<known).contains(found) else {
            return
        }
        let others = try await database.read { try $0.processes.living(now: clock.now()) }
        guard let other = others.first(where: { $0.schemaVersion < known }) else { return }
        throw schemaDifference(other, known)
    }

    func run() async throws {
        let interval = Duration.milliseconds(ProcessStore.silence.milliseconds / 3)
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil {
                do {
                    try await database.write { try $0.processes.renew(process, now: clock.now()) }
                } catch {
                    logger.warning("renewing the membership failed", metadata: ["error": "\(error)"])
                }
            }
        }
        try await database.write { try $0.processes.leave(process.id) }
    }

    private static func agrees(_ one: ServingProcess, _ other: ServingProcess) -> Bool {
        one.settings == other.settings && one.schemaVersion == other.schemaVersion
    }

    private static func difference(_ mine: ServingProcess, _ other: ServingProcess) -> SettingError {
        guard mine.schemaVersion == other.schemaVersion else {
            return schemaDifference(other, mine.schemaVersion)
        }
        let theirs = Set(other.settings.split(separator: "\n"))
        let line = mine.settings.split(separator: "\n").first { !theirs.contains($0) } ?? ""
        let name = line.prefix { $0 != "=" }
        let value = theirs.first { $0.hasPrefix("\(name)=") } ?? "\(name)="
        return SettingError(
            name: String(name),
            "another process that serves this database has \(value), this one would have \(line). All must have the "
                + "same: give it the same, or stop the others (one that was killed counts for half a minute more)"
        )
    }

    private static func schemaDifference(_ other: ServingProcess, _ known: Int) -> SettingError {
        SettingError(
            .database,
            "a process of Staffroom \(other.version) serves it and knows schema version \(other.schemaVersion), this "
                + "program has \(known); stop the others first, then start this one"
        )
    }
}
