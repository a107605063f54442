import Domain
import HTTPTypes
import Server
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
/// Keys are remembered for an hour, in this process, each with a hash of what was asked for with it: asked with it for
/// something else, nothing is written.
final class IdempotentPosts: Sendable {
    private static let capacity = 10_000
    private static let lifetime = Span.hours(1)

    private struct Key: Hashable {
        let account: Account.ID
        let text: String
    }

    private struct Entry {
        let wish: Int
        let task: Task<Written, any Error>
        let startedAt: Timestamp
    }

    private let clock: any WallClock
    private let entries = Mutex<[Key: Entry]>([:])

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// `wish`: what tells this request from another one with the same key.
    ///
    /// - Throws: `Problem` with status 422 for a key that was used for something else; what the body throws.
    func write(
        _ key: String?,
        for wish: some Hashable,
        by account: Account.ID,
        _ body: @escaping @Sendable () async throws -> Written
    ) async throws -> Written {
        guard let key, !key.isEmpty, key.utf8.count <= 255 else { return try await body() }
        let name = Key(account: account, text: key)
        let (now, wish) = (clock.now(), wish.hashValue)
        let task = entries.withLock { entries -> Task<Written, any Error>? in
            if let known = entries[name], now - known.startedAt < Self.lifetime {
                return known.wish == wish ? known.task : nil
            }
            if entries.count >= Self.capacity {
                entries = entries.filter { now - $0.value.startedAt < Self.lifetime }
            }
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            let task = Task { try await body() }
            entries[name] = Entry(wish: wish, task: task, startedAt: now)
            return task
        }
        guard let task else {
            throw Problem(.unprocessableContent, detail: "Another request has used this Idempotency-Key")
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
