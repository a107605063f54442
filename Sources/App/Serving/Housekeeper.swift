import Domain
import Logging
import ServiceLifecycle
import Storage

/// Removes what nobody needs any more: old delivery records and expired sessions, a few at a time.
struct Housekeeper: Service {
    let database: any SQLDatabase
    let clock: any WallClock
    let logger: Logger

    /// How long the record of a finished delivery is kept for its author to see.
    private static let kept = Span.days(30)
    private static let batch = 500

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(60))) != nil { await self.tidy() }
        }
    }

    private func tidy() async {
        let now = clock.now()
        do {
            try await database.write { db in
                try db.sessions.removeExpired(now: now)
                try db.deliveries.removeFinished(before: now - Self.kept, limit: Self.batch)
            }
        } catch {
            logger.warning("tidying up failed", metadata: ["error": "\(error)"])
        }
    }
}
