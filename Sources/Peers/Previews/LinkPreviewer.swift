public import Domain
public import Logging
public import ServiceLifecycle
public import Storage
public import Transport

/// Asks pages that posts link to what they are: each once for the whole instance, a few at a time, and no host more often
/// than every two seconds.
///
/// What is to be asked, and what came of it, is in the database: a restart loses nothing, and repeats at most what was
/// under way.
public struct LinkPreviewer: Service {
    private static let lease = Span.minutes(1)
    private static let poll = Duration.seconds(5)
    private static let atOnce = 4
    /// The waits after failures that may pass; then there is nothing.
    private static let waits: [Span] = [.minutes(5), .hours(1), .hours(6)]

    private let database: any SQLDatabase
    private let fetcher: PageFetcher
    private let clock: any WallClock
    private let logger: Logger

    /// Makes the previewer of one process.
    public init(
        database: any SQLDatabase,
        client: TransportClient,
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.database = database
        fetcher = PageFetcher(database: database, client: client)
        self.clock = clock
        self.logger = logger
    }

    /// Runs until graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for _ in 0..<Self.atOnce {
                    group.addTask {
                        while !Task.isCancelled {
                            while !Task.isCancelled, await proceed() {}
                            _ = await database.waitForWake(.previews, timeout: Self.poll)
                        }
                    }
                }
            }
        }
    }

    /// Asks for one page that is due.
    ///
    /// - Returns: false when there was none.
    public func proceed() async -> Bool {
        let now = clock.now()
        do {
            guard try await database.read({ try $0.linkPreviews.hasDue(now: now) }) else { return false }
            let claimed = try await database.write { db in
                try db.linkPreviews.claim(now: now, lease: now + Self.lease)
            }
            guard let preview = claimed else { return false }
            let outcome = try await fetcher.fetch(preview.url)
            try await record(outcome, of: preview)
            return true
        } catch {
            // It is due again when its lease lapses.
            if !Task.isCancelled {
                logger.warning("asking for a page failed", metadata: ["error": "\(error)"])
            }
            return false
        }
    }

    private func record(_ outcome: PageFetcher.Outcome, of claimed: LinkPreview) async throws {
        var preview = claimed
        let now = clock.now()
        preview.dueAt = nil
        switch outcome {
        case .page(let content):
            (preview.state, preview.content, preview.attempts) = (.ready, content, 0)
            preview.fetchedAt = now
        case .nothing(let reason):
            (preview.state, preview.content, preview.attempts) = (.absent, nil, 0)
            preview.fetchedAt = now
            logger.debug("no preview", metadata: ["page": "\(preview.url)", "reason": "\(reason)"])
        case .later(let reason):
            if Self.waits.indices.contains(preview.attempts) {
                preview.dueAt = now + Self.waits[preview.attempts]
                preview.attempts += 1
            } else {
                // What it said once may still be so.
                if preview.content == nil { preview.state = .absent }
                (preview.attempts, preview.fetchedAt) = (0, now)
            }
            logger.debug("no preview yet", metadata: ["page": "\(preview.url)", "reason": "\(reason)"])
        }
        let recorded = preview
        try await database.write { try $0.linkPreviews.record(recorded, at: now) }
    }
}
