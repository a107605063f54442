import Domain
import Hummingbird
import Inbox
import Logging
import Server
import Storage

/// All routes of a process.
struct Routes {
    let database: any SQLDatabase
    let federation: Federation
    let ids: IDGenerator
    let clock: any WallClock
    let logger: Logger

    /// Makes the router with every route on it.
    ///
    /// - Throws: nothing yet; routes that read files at start will.
    func router(limiter: RateLimiter?) async throws -> Router<ServerContext> {
        let router = ServerRouter.make()
        return router
    }
}
