import Access
import Archives
import ClientAPI
import Domain
import Hummingbird
import Inbox
import Logging
import Media
import Server
import Storage
import Website

/// All routes of a process.
struct Routes {
    let database: any SQLDatabase
    let federation: Federation
    let media: MediaLibrary
    let remote: RemoteMedia
    let archives: ArchiveDesk
    let ids: IDGenerator
    let clock: any WallClock
    let streams: StreamHub
    let logger: Logger

    /// Makes the router with every route on it.
    ///
    /// - Throws: nothing yet; routes that read files at start will.
    func router(limiter: RateLimiter?, limits: RateLimits?) async throws -> Router<ServerContext> {
        let router = ServerRouter.make()
        let desk = FederationDesk(database: database, keys: federation.keys, clock: clock, limiter: limiter)
        let receiver = InboxReceiver(
            database: database,
            keys: federation.keys,
            ids: ids,
            clock: clock,
            allowance: limiter,
            logger: logger
        )
        ActorRoutes(desk: desk).add(to: router)
        InboxRoutes(desk: desk, receiver: receiver).add(to: router)
        CollectionRoutes(desk: desk).add(to: router)
        ObjectRoutes(desk: desk).add(to: router)
        PostCollectionRoutes(desk: desk).add(to: router)
        WebFingerRoutes(desk: desk).add(to: router)
        let usage = SchoolUsage(database: database, clock: clock)
        NodeInfoRoutes(desk: desk, version: Staffroom.version, usage: usage).add(to: router)
        let clients = ClientDesk(
            database: database,
            directory: federation.directory,
            publisher: federation.publisher,
            media: media,
            ids: ids,
            clock: clock,
            version: Staffroom.version,
            usage: usage,
            limiter: limiter
        )
        MediaRoutes(library: media, remote: remote, database: database).add(to: router)
        ClientRoutes(desk: clients, streams: streams).add(to: router)
        let sessions = Sessions(database: database, hasher: PasswordHasher(), clock: clock)
        let pages = WebDesk(
            database: database,
            directory: federation.directory,
            publisher: federation.publisher,
            media: media,
            archives: archives,
            sessions: sessions,
            signIns: limits.map { SignInLimiter(limits: $0) },
            doctor: PeerExamination(database: database, clock: clock, federation: federation),
            ids: ids,
            clock: clock
        )
        WebsiteRoutes(desk: pages).add(to: router)
        return router
    }
}
