public import Domain
public import Logging
import Outbox
public import Peers
public import ServiceLifecycle
public import Storage
import Vocabulary

/// Brings the followers that a peer's account has among ours in line with what its server says.
///
/// Spec: FEP-8fcf. Whoever its server does not list follows no more here; whom it lists and who does not follow sends
/// an Undo. Otherwise posts for followers would go to servers of people who have left, or stay away from those who
/// follow.
public struct FollowerSynchronizer: Service {
    private static let poll = Duration.seconds(60)
    private static let lease = Span.minutes(5)
    /// The most followers that are read of one list.
    private static let longestList = 50_000

    private let database: any SQLDatabase
    private let directory: PeerDirectory
    private let ids: IDGenerator
    private let clock: any WallClock
    private let logger: Logger

    /// Makes the synchronizer of one process.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        ids: IDGenerator,
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.database = database
        self.directory = directory
        self.ids = ids
        self.clock = clock
        self.logger = logger
    }

    /// Runs until graceful shutdown.
    public func run() async throws {
        await database.runDue(.followerChecks, every: Self.poll, proceed)
    }

    /// Makes one comparison that is due.
    ///
    /// - Returns: false when there was none.
    public func proceed() async -> Bool {
        let now = clock.now()
        do {
            guard
                let check = try await database.write({ db in
                    try db.followerChecks.claim(now: now, lease: now + Self.lease)
                })
            else { return false }
            do {
                try await compare(check)
            } catch let error as FetchError where !error.isTransient {
                logger.info(
                    "followers not compared",
                    metadata: ["list": "\(check.partial)", "error": "\(error)"]
                )
            }
            try await database.write { try $0.followerChecks.finish(check) }
            return true
        } catch {
            // It is due again when its lease lapses.
            logger.warning("comparing followers failed", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func compare(_ check: FollowerCheckStore.Check) async throws {
        guard let school = try await database.read({ try $0.schools.find(check.school) }) else { return }
        let document = try await directory.object(check.partial, for: school)
        guard let listed = Self.followers(in: document) else { return }
        let (ids, now) = (ids, clock.now())
        try await database.write { db in
            guard let followed = try db.accounts.find(check.account), followed.isActive else { return }
            let ours = try db.follows.localFollowers(of: followed.id, at: school.id)
            for account in ours where !listed.contains(account.uri) {
                guard let follow = try db.follows.find(follower: account.id, followed: followed.id) else {
                    continue
                }
                try db.follows.remove(follow.id)
                try db.timelines.remove(author: followed.id, from: account.id)
            }
            let enqueuer = ActivityEnqueuer(db, ids: ids, school: school, now: now)
            for account in try db.accounts.find(uris: listed)
            where account.school == school.id && account.isActive {
                let follow = try db.follows.find(follower: account.id, followed: followed.id)
                // Its Accept was lost.
                if let follow, follow.state == .pending { try db.follows.accept(follow.id) }
                if follow == nil { try enqueuer.disown(account, following: followed) }
            }
        }
    }

    /// The URIs of a list that is whole; nil when it is none, or only a part can be read.
    private static func followers(in document: JSONObject) -> Set<URI>? {
        guard let list = try? CollectionObject(document, maximumItems: longestList), list.next == nil else {
            return nil
        }
        if list.items.isEmpty, list.first != nil { return nil }
        if let total = list.totalItems, total != Int64(list.items.count) { return nil }
        return list.items.count < longestList
            ? Set(list.items.compactMap { $0.id.flatMap { try? URI($0) } }) : nil
    }
}
