public import Domain
public import Storage
import Synchronization

/// How many people and posts each school has; counted at most once a minute, whoever asks.
public final class SchoolUsage: Sendable {
    /// The numbers of one school.
    public struct Counts: Sendable, Hashable {
        /// People with an account.
        public let people: Int
        /// Posts that they have written and not deleted.
        public let posts: Int
    }

    private struct Entry {
        let counts: Counts
        let countedAt: Timestamp
    }

    private let database: any SQLDatabase
    private let clock: any WallClock
    private let entries = Mutex<[School.ID: Entry]>([:])

    /// Counts in a database; one for a process.
    public init(database: any SQLDatabase, clock: any WallClock = SystemClock()) {
        self.database = database
        self.clock = clock
    }

    /// The counts of a school, at most a minute old.
    ///
    /// - Throws: `StorageError`.
    public func counts(of school: School.ID) async throws -> Counts {
        let now = clock.now()
        if let known = entries.withLock({ $0[school] }), now - known.countedAt < .minutes(1) {
            return known.counts
        }
        let counts = try await database.read { db in
            Counts(people: try db.accounts.countPeople(of: school), posts: try db.posts.count(of: school))
        }
        entries.withLock { $0[school] = Entry(counts: counts, countedAt: now) }
        return counts
    }
}
