import Access
import Archives
import Domain
import Logging
import Media
import Outbox
import ServiceLifecycle
import Storage

/// Removes what nobody needs any more: old delivery records and errands, lanes of hosts long unheard of, expired sessions
/// and codes, apps that nobody uses, and what accounts that are gone left behind; and takes the followers of those who
/// have moved along.
///
/// A few at a time, so that nobody waits for it.
struct Housekeeper: Service {
    let database: any SQLDatabase
    let media: MediaLibrary
    let remote: RemoteMedia
    let archives: ArchiveDesk
    let ids: IDGenerator
    let publisher: Publisher
    let clock: any WallClock
    let logger: Logger

    /// How long the record of a finished delivery is kept for its author to see.
    private static let kept = Span.days(30)
    /// How long what a page says of itself is kept when no post links to it any more.
    private static let unused = Span.days(14)
    private static let batch = 500

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var rounds = 0
            while (try? await Task.sleep(for: .seconds(60))) != nil {
                await self.tidy()
                // Looking through all files is more work than the rest.
                rounds = (rounds + 1) % 60
                if rounds == 1 { await self.tidyMedia() }
            }
        }
    }

    private func tidy() async {
        let now = clock.now()
        do {
            try await database.write { try $0.sessions.removeExpired(now: now) }
            try await inBatches { try $0.mutes.removeExpired(now: now, limit: Self.batch) }
            try await inBatches { try $0.streamEvents.removeOld(limit: Self.batch) }
            try await inBatches {
                try $0.permissions.removeUnredeemed(before: now, limit: Self.batch)
            }
            try await inBatches {
                try $0.permissions.removeSpent(before: now - Permissions.keptSpent, limit: Self.batch)
            }
            try await inBatches {
                try $0.clientApps.removeUnused(before: now - ClientApps.keptUnused, limit: Self.batch)
            }
            try await inBatches {
                try $0.deliveries.removeFinished(before: now - Self.kept, limit: Self.batch)
            }
            try await inBatches {
                try $0.lanes.removeIdle(since: now - Self.kept, now: now, limit: Self.batch)
            }
            try await inBatches { try $0.errands.removeOld(notedBefore: now - Self.kept, limit: Self.batch) }
            while !Task.isCancelled, try await archives.tidy(limit: Self.batch) { await Task.yield() }
            while !Task.isCancelled {
                let (ids, now) = (ids, clock.now())
                guard try await database.write({ try MoveCarrier($0, ids: ids, now: now).proceed() }) else {
                    break
                }
            }
            try await inBatches {
                try $0.linkPreviews.removeUnused(before: now - Self.unused, limit: Self.batch)
            }
            while !Task.isCancelled {
                guard try await publisher.proceedWithBurial(limit: Self.batch) else { break }
            }
        } catch {
            logger.warning("tidying up failed", metadata: ["error": "\(error)"])
        }
    }

    private func tidyMedia() async {
        do {
            try await remote.tidy()
            try await media.tidy()
        } catch {
            logger.warning("tidying up media failed", metadata: ["error": "\(error)"])
        }
    }

    /// Repeats a removal until it finds less than it may take; others write in between.
    private func inBatches(_ remove: @escaping @Sendable (any SQLConnection) throws -> Int) async throws {
        while !Task.isCancelled, try await database.write({ db in try remove(db) }) == Self.batch {
            await Task.yield()
        }
    }
}
