import Delivery
import Domain
import Inbox
import Logging
import Metrics
import Outbox
import Peers
import Server
import ServiceLifecycle
import Storage
import StorageSQLite
import Transport
import UnixSignals

/// The running server: everything put together, in the order in which it starts.
enum StaffroomServer {
    /// Serves until it is told to stop.
    ///
    /// - Throws: `StorageError`, `SettingError`, `HTTPServerError` and `TransportSetupError` when it cannot start;
    ///   `StorageError` when the disk has failed so that nothing can be written any more.
    static func run(_ settings: Settings) async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "staffroom")
        logger.logLevel = settings.logLevel
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)

        let lock = try SQLiteProcessLock.acquire(forDatabaseAt: settings.database)
        defer { lock.release() }
        let watch = StorageWatch()
        let database = try await open(settings, watch)
        let result: Result<Void, any Error>
        do {
            try await serve(settings, database, watch, metrics, logger)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await database.close()
        try result.get()
    }

    private static func open(_ settings: Settings, _ watch: StorageWatch) async throws -> SQLiteDatabase {
        var options = SQLiteOptions()
        options.createsFile = false
        options.newestKnownSchema = try Migrator.newestVersion(of: Schema.migrations)
        options.onPoison = { watch.fail($0) }
        return try await SQLiteDatabase.open(path: settings.database, options: options)
    }

    private static func serve(
        _ settings: Settings,
        _ database: SQLiteDatabase,
        _ watch: StorageWatch,
        _ metrics: PrometheusMetrics,
        _ logger: Logger
    ) async throws {
        try await Migrator.migrate(database, Schema.migrations)
        let clock = SystemClock()
        let ids = IDGenerator(
            clock: clock,
            after: try await database.read { try $0.outboxActivities.highestID() }
        )
        // This is the only process on the file: whatever is claimed was claimed by one that is dead.
        try await database.write { db in
            try db.receivedActivities.suspectAll()
            try db.lanes.releaseAll()
        }
        let schools = KnownSchools(database: database, settings: settings, logger: logger)
        try await schools.refresh()
        let federation = try Federation(
            database: database,
            transport: settings.servingTransport,
            ids: ids,
            clock: clock,
            hasRateLimits: settings.hasRateLimits
        )
        let routes = Routes(
            database: database,
            federation: federation,
            ids: ids,
            clock: clock,
            logger: logger
        )
        let limiter = settings.server.rateLimits.map { RateLimiter(limits: $0) }
        let door = FrontDoor(
            router: try await routes.router(limiter: limiter, limits: settings.server.rateLimits),
            settings: settings.server,
            health: HealthRoutes(settings: settings.server, metrics: metrics) { await isReady(database) },
            limiter: limiter,
            isSchool: { schools.contains($0) }
        )
        let planner = delivery(database, federation, clock, logger)
        let servers = try HTTPServers(settings: settings.server, door: door, metrics: metrics, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: watch),
                .init(service: schools),
                .init(service: QueueMeter(database: database, clock: clock)),
                .init(service: Housekeeper(database: database, clock: clock, logger: logger)),
                .init(service: inbox(database, federation, ids, clock, logger)),
                .init(service: planner),
                .init(service: servers),
                .init(service: DeliveryStop(planner)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        logger.notice(
            "staffroom \(Staffroom.version) starts",
            metadata: [
                "database": "\(database.path)",
                "listen": "\(settings.addresses.map(\.description).joined(separator: " "))",
                "schools": "\(schools.hosts.joined(separator: " "))",
            ]
        )
        try await group.run()
        await federation.client.shutdown(within: .seconds(1))
    }

    private static func inbox(
        _ database: any SQLDatabase,
        _ federation: Federation,
        _ ids: IDGenerator,
        _ clock: any WallClock,
        _ logger: Logger
    ) -> InboxWorker {
        InboxWorker(
            database: database,
            directory: federation.directory,
            ids: ids,
            clock: clock,
            logger: logger
        )
    }

    private static func delivery(
        _ database: any SQLDatabase,
        _ federation: Federation,
        _ clock: any WallClock,
        _ logger: Logger
    ) -> DeliveryPlanner {
        let attempt = DeliveryAttempt(
            database: database,
            signers: federation.signers,
            client: federation.client,
            clock: clock,
            logger: logger
        )
        return DeliveryPlanner(
            database: database,
            attempt: attempt,
            clock: clock,
            owner: "\(UInt64.random(in: .min ... .max))",
            logger: logger
        )
    }

    private static func isReady(_ database: SQLiteDatabase) async -> Bool {
        guard !database.isPoisoned else { return false }
        return (try? await database.read { try $0.schools.all().isEmpty }) != nil
    }
}
