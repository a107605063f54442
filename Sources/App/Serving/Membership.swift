import Domain
import Logging
import ServiceLifecycle
import Storage

/// Keeps this process among those that serve the instance together, and refuses to start beside others that were told
/// something else.
///
/// Takes over what others had in work that are gone.
///
/// A process that was killed counts for half a minute more if nobody lives who takes its work over: only who starts with
/// other settings has to wait for that.
struct Membership: Service {
    private let database: any SQLDatabase
    private let clock: any WallClock
    private let logger: Logger
    private let process: ServingProcess

    /// Joins the others.
    ///
    /// - Throws: `SettingError` that names the setting which differs; `StorageError`.
    static func join(
        _ id: ID<ServingProcess>,
        _ database: any SQLDatabase,
        _ settings: Settings,
        _ clock: any WallClock,
        _ logger: Logger
    ) async throws -> Membership {
        // Before anybody can read of it, so that nobody takes it for dead.
        try await database.showLife(of: id.rawValue)
        let process = ServingProcess(
            id: id,
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
        await cancelWhenGracefulShutdown {
            var (watch, renewedAt) = (ProcessWatch(), clock.uptime())
            while (try? await Task.sleep(for: Self.interval)) != nil {
                do {
                    let isListed = try await look(&watch)
                    let isDue = clock.uptime() - renewedAt >= ProcessStore.silence.duration / 3
                    guard isDue || !isListed else { continue }
                    try await database.write { try $0.processes.renew(process, now: clock.now()) }
                    renewedAt = clock.uptime()
                } catch {
                    watch.reset()
                    logger.warning("looking after the processes failed", metadata: ["error": "\(error)"])
                }
            }
        }
        try await database.write { try $0.processes.leave(process.id) }
    }

    /// How often a process looks whether others are gone.
    private static let interval = Duration.seconds(1)

    /// Looks who is gone, and takes over from them.
    ///
    /// - Returns: whether this process is listed itself; not when others have taken it for dead.
    private func look(_ watch: inout ProcessWatch) async throws -> Bool {
        guard database.isShownAlive else {
            watch.reset()
            return true
        }
        let (gone, isListed) = try await database.read { db in
            (try db.processes.gone(except: process.id), try db.processes.isListed(process.id))
        }
        for id in watch.look(gone, at: clock.uptime()) {
            guard let taken = try await database.write({ try $0.processes.takeOver(from: id) }) else {
                continue
            }
            logger.warning(
                "took over from a process that is gone",
                metadata: [
                    "process": "\(id)", "lanes": "\(taken.lanes)", "received": "\(taken.receivedActivities)",
                ]
            )
        }
        return isListed
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
