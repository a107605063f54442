import Archives
import CMemory
import ClientAPI
import Delivery
import Domain
import Inbox
import Logging
import Media
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
        // The standard is 128 KiB, which a busy server gives back and takes again thousands of times a second; each time
        // all its threads are interrupted.
        staffroom_memory_keep_free(1 << 20)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "staffroom")
        logger.logLevel = settings.logLevel
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)

        let lock = try settings.database.lock()
        defer { lock?.release() }
        let watch = StorageWatch()
        let database = try await settings.database.open(
            connections: settings.databaseConnections,
            onPoison: { watch.fail($0) }
        )
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

    private static func serve(
        _ settings: Settings,
        _ database: any SQLDatabase,
        _ watch: StorageWatch,
        _ metrics: PrometheusMetrics,
        _ logger: Logger
    ) async throws {
        let clock = SystemClock()
        if settings.database.isShared { try await Membership.checkSchema(of: database, clock) }
        try await Migrator.migrate(database, Schema.migrations)
        try await InstanceTransfer.checkFinished(in: database)
        let ids = IDGenerator(
            clock: clock,
            after: try await database.read { try $0.outboxActivities.highestID() }
        )
        let process: ID<ServingProcess> = ids.next()
        var services: [any Service] = [watch]
        if settings.database.isShared {
            services.append(try await Membership.join(process, database, settings, clock, logger))
        } else {
            // This is the only process on the file: whatever is claimed was claimed by one that is dead.
            try await database.write { db in
                try db.receivedActivities.suspectAll()
                try db.lanes.releaseAll()
            }
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
        let store = try Self.mediaFolder(settings)
        let media = MediaLibrary(database: database, store: store, ids: ids, clock: clock)
        let archives = ArchiveDesk(
            database: database,
            store: store,
            media: media,
            publisher: federation.publisher,
            directory: federation.directory,
            ids: ids,
            clock: clock
        )
        let streams = StreamHub(database: database, clock: clock, logger: logger)
        let remote = RemoteMedia(
            library: media,
            client: federation.client,
            limits: settings.remoteMedia,
            ids: ids,
            clock: clock
        )
        let routes = Routes(
            database: database,
            federation: federation,
            media: media,
            remote: remote,
            archives: archives,
            ids: ids,
            clock: clock,
            streams: streams,
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
        let planner = delivery(process, settings, database, federation, clock, logger)
        let servers = try HTTPServers(settings: settings.server, door: door, metrics: metrics, logger: logger)
        services += [
            schools, QueueMeter(database: database, clock: clock), MemoryReturn(),
            Housekeeper(
                database: database,
                media: media,
                remote: remote,
                archives: archives,
                ids: ids,
                publisher: federation.publisher,
                clock: clock,
                logger: logger
            ),
            ArchiveWork(desk: archives, logger: logger),
            DueWork(publisher: federation.publisher, logger: logger),
            inbox(process, database, federation, ids, clock, logger),
            FollowerSynchronizer(
                database: database,
                directory: federation.directory,
                ids: ids,
                clock: clock,
                logger: logger
            ),
            ErrandRunner(
                database: database,
                directory: federation.directory,
                ids: ids,
                clock: clock,
                logger: logger
            ),
            QuoteChecker(database: database, directory: federation.directory, clock: clock, logger: logger),
            planner, servers, DeliveryStop(planner),
            // What is last is stopped first: the servers wait for the streams that are open.
            streams,
        ]
        if settings.asksForPreviews {
            services.insert(
                LinkPreviewer(database: database, client: federation.client, clock: clock, logger: logger),
                at: 1
            )
        }
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        logger.notice(
            "staffroom \(Staffroom.version) starts",
            metadata: [
                "database": "\(settings.database)",
                "listen": "\(settings.addresses.map(\.description).joined(separator: " "))",
                "schools": "\(schools.hosts.joined(separator: " "))",
            ]
        )
        try await group.run()
        await federation.client.shutdown(within: .seconds(1))
    }

    static func mediaFolder(_ settings: Settings) throws -> MediaFolder {
        do {
            return try MediaFolder(settings.mediaFolder)
        } catch {
            throw SettingError(.mediaFolder, "\(settings.mediaFolder) cannot be made or written to")
        }
    }

    private static func inbox(
        _ process: ID<ServingProcess>,
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
            process: process,
            logger: logger
        )
    }

    private static func delivery(
        _ process: ID<ServingProcess>,
        _ settings: Settings,
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
        var bounds = DeliverySettings()
        bounds.activeLanes = settings.deliveryLanes
        return DeliveryPlanner(
            database: database,
            attempt: attempt,
            settings: bounds,
            clock: clock,
            owner: process,
            logger: logger
        )
    }

    private static func isReady(_ database: any SQLDatabase) async -> Bool {
        if let file = database as? SQLiteDatabase, file.isPoisoned { return false }
        return (try? await database.read { try $0.schools.all().isEmpty }) != nil
    }
}
