import Domain
import Synchronization

/// What a request to write a post made.
enum Written: Sendable {
    /// It was published.
    case post(Post.ID)
    /// It was saved, as a draft or to wait for its time.
    case saved(SavedDraft)
}

/// Publishes, schedules or saves once, however often a client sends the same request with the same `Idempotency-Key`.
///
/// Keys are remembered for an hour, in this process.
final class IdempotentPosts: Sendable {
    private static let capacity = 10_000
    private static let lifetime = Span.hours(1)

    private struct Key: Hashable {
        let account: Account.ID
        let text: String
    }

    private struct Entry {
        let task: Task<Written, any Error>
        let startedAt: Timestamp
    }

    private let clock: any WallClock
    private let entries = Mutex<[Key: Entry]>([:])

    init(clock: any WallClock) {
        self.clock = clock
    }

    func write(
        _ key: String?,
        by account: Account.ID,
        _ body: @escaping @Sendable () async throws -> Written
    ) async throws -> Written {
        guard let key, !key.isEmpty, key.utf8.count <= 255 else { return try await body() }
        let name = Key(account: account, text: key)
        let now = clock.now()
        let task = entries.withLock { entries -> Task<Written, any Error> in
            if let known = entries[name], now - known.startedAt < Self.lifetime { return known.task }
            if entries.count >= Self.capacity {
                entries = entries.filter { now - $0.value.startedAt < Self.lifetime }
            }
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            let task = Task { try await body() }
            entries[name] = Entry(task: task, startedAt: now)
            return task
        }
        do {
            return try await task.value
        } catch {
            // What failed may be tried again.
            entries.withLock { $0[name] = nil }
            throw error
        }
    }
}
