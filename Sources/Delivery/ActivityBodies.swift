import Domain
import Peers
import Storage
import Synchronization

/// The bodies of activities that are being sent: a fan-out to a thousand hosts reads and hashes its body once.
final class ActivityBodies: Sendable {
    private static let capacity = 64

    private let database: any SQLDatabase
    private let recent = Mutex<[(id: OutboxActivity.ID, body: ActivityBody)]>([])

    init(database: any SQLDatabase) {
        self.database = database
    }

    /// The body of an activity.
    ///
    /// - Throws: `StorageError`; `DeliveryError.noActivity` when the row is gone.
    func body(of id: OutboxActivity.ID) async throws -> ActivityBody {
        if let known = recent.withLock({ $0.first { $0.id == id }?.body }) { return known }
        guard let activity = try await database.read({ try $0.outboxActivities.find(id) }) else {
            throw DeliveryError.noActivity(id)
        }
        let body = ActivityBody(activity.json)
        recent.withLock { recent in
            if recent.count >= Self.capacity { recent.removeFirst() }
            recent.append((id, body))
        }
        return body
    }
}

/// What can be wrong with a delivery on our side.
enum DeliveryError: Error {
    /// Its activity is not in the database.
    case noActivity(OutboxActivity.ID)
}
